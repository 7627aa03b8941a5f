"""An address as a link that the phone's map opens; it needs no key."""

from urllib.parse import urlencode

_PLACES = "https://uri.amap.com"


def map_link(name: str, address: str | None, latitude: float | None, longitude: float | None) -> str | None:
    """Where somebody's address is on the map.

    Args:
        name: shown at the point.
        address: as registered.
        latitude: degrees (WGS 84), where the register knows it; a point is found more surely than words.
        longitude: likewise.

    Returns:
        The link; ``None`` where nothing is known.

    Source: https://lbs.amap.com/api/uri-api/guide/mobile-web/point and …/search (marker, search).
    """
    about = {"src": "chouchatong", "callnative": "1"}
    if latitude is not None and longitude is not None:
        point = {"position": f"{longitude:.6f},{latitude:.6f}", "name": name[:60], "coordinate": "wgs84"}
        return f"{_PLACES}/marker?{urlencode({**point, **about})}"
    if address:
        return f"{_PLACES}/search?{urlencode({'keyword': address[:100], **about})}"
    return None
