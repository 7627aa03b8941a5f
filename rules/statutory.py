"""Days off that the regulation itself gives, for years whose State Council notice is not known yet."""

from datetime import date, timedelta
from functools import cache

# First day of the first lunar month, Qingming, fifth of the fifth month, fifteenth of the eighth, as MMDD.
# Derived with lunardate 0.3 and lunar_python 1.4.8, which agree on every date 2004-2060; Qingming also by the
# formula [Y x 0.2422 + 4.81] - [Y / 4] for the years of this century.
_FESTIVALS = {
    2027: ("0206", "0405", "0609", "0915"),
    2028: ("0126", "0404", "0528", "1003"),
    2029: ("0213", "0404", "0616", "0922"),
    2030: ("0203", "0405", "0605", "0912"),
    2031: ("0123", "0405", "0624", "1001"),
    2032: ("0211", "0404", "0612", "0919"),
    2033: ("0131", "0404", "0601", "0908"),
    2034: ("0219", "0405", "0620", "0927"),
    2035: ("0208", "0405", "0610", "0916"),
    2036: ("0128", "0404", "0530", "1004"),
    2037: ("0215", "0404", "0618", "0924"),
    2038: ("0204", "0405", "0607", "0913"),
    2039: ("0124", "0405", "0527", "1002"),
    2040: ("0212", "0404", "0614", "0920"),
    2041: ("0201", "0404", "0603", "0910"),
    2042: ("0122", "0404", "0622", "0928"),
    2043: ("0210", "0405", "0611", "0917"),
    2044: ("0130", "0404", "0531", "1005"),
    2045: ("0217", "0404", "0619", "0925"),
    2046: ("0206", "0404", "0608", "0915"),
    2047: ("0126", "0405", "0529", "1004"),
    2048: ("0214", "0404", "0615", "0922"),
    2049: ("0202", "0404", "0604", "0911"),
    2050: ("0123", "0404", "0623", "0930"),
}


@cache
def statutory_days(year: int) -> frozenset[date]:
    """The statutory days off of a year, without the days that a notice moves them to.

    A statutory day on a weekend is made up for on a working day (article 6), but only the notice says on which;
    so none is guessed here. Years outside the table have their fixed dates alone.

    Args:
        year: of the Gregorian calendar.

    Returns:
        Up to 13 days; fewer where two festivals meet.

    Source: 《全国年节及纪念日放假办法》 (fourth revision, 2024-11-10, in force from 2025-01-01) art. 2.
    """
    days = {date(year, 1, 1), date(year, 5, 1), date(year, 5, 2), *(date(year, 10, day) for day in (1, 2, 3))}
    if year in _FESTIVALS:
        spring, *single = (date(year, int(text[:2]), int(text[2:])) for text in _FESTIVALS[year])
        days.update(spring + timedelta(days=offset) for offset in (-1, 0, 1, 2))
        days.update(single)
    return frozenset(days)
