"""Files that hold tables, and files that only look like it."""

import io
import warnings
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rules.errors import Refused
from services import spreadsheet, workbook
from services.spreadsheet import sheets

ROWS = [["名称", "注册号"], ["甲，乙", "1"], ["丙\n丁", "2"]]


def read(data: bytes) -> list[list[str]]:
    return [line.cells for line in sheets(data, "名录.csv")[0].lines()]


def read_all(data: bytes) -> None:
    for sheet in sheets(data, "名录.xlsx"):
        list(sheet.lines())


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_all(data)
    assert caught.value.details["file"] == "名录.xlsx"
    return caught.value.code


def book(*tables: Sequence[Sequence[object]], merged: Sequence[str] = ()) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for index, rows in enumerate(tables):
        sheet = made.create_sheet(f"表{index + 1}")
        for row in rows:
            sheet.append(list(row))
        for area in merged:
            sheet.merge_cells(area)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def zipped(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_a_csv_is_read_in_every_usual_encoding_and_with_every_separator(
    encoding: str, separator: str
) -> None:
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in ROWS)
    assert read(text.encode(encoding)) == ROWS


def test_commas_inside_long_cells_do_not_make_a_table_of_tabs_a_table_of_commas() -> None:
    rows = [["名称", "经营范围"], ["甲", "食品,日用品,烟,酒,茶"], ["乙", "服装,鞋帽,箱包,针织品,百货"]]
    assert read("\n".join("\t".join(row) for row in rows).encode()) == rows


def test_a_named_separator_is_followed_and_its_line_is_no_line_of_the_table() -> None:
    lines = list(sheets("sep=;\n名称;注册号\n甲,乙;1\n".encode(), "x.csv")[0].lines())
    assert [line.cells for line in lines] == [["名称", "注册号"], ["甲,乙", "1"]]
    assert [line.number for line in lines] == [2, 3]


def test_a_row_with_a_line_break_in_a_cell_counts_as_one_row() -> None:
    lines = list(sheets('名称,号\n"甲\n乙",1\n\n丙,2\n'.encode(), "x.csv")[0].lines())
    assert [(line.number, line.cells) for line in lines] == [
        (1, ["名称", "号"]),
        (2, ["甲\n乙", "1"]),
        (3, []),
        (4, ["丙", "2"]),
    ]


def test_a_quote_that_never_ends_is_refused_with_the_row_where_it_begins() -> None:
    with pytest.raises(Refused) as caught:
        read('名称,号\n甲,1\n"乙,2\n丙,3\n'.encode())
    assert caught.value.code == "registers.csv_quotes"
    assert caught.value.details["row"] == 3


def _image(form: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 40)).save(file, form)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n\t\n", "file_empty"),
        (_image("PNG"), "file_not_table"),
        (_image("JPEG"), "file_not_table"),
        (zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), "file_not_table"),
        (zipped({"照片.jpg": b"x"}), "file_not_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "file_old_excel"),
        (b"\xef\xbb\xbf\r\n<HTML><table><tr><td>x</td></tr></table>", "file_web_page"),
        (b'<?xml version="1.0"?><Workbook/>', "file_web_page"),
        (b"\xff\xff\xff,\xff", "file_encoding"),
        (b"PK\x03\x04", "file_broken"),
        (zipped({"xl/workbook.xml": b"<a/>"}), "file_broken"),
        (zipped({"xl/workbook.xml": b"<a"}), "file_broken"),
    ],
)
def test_what_is_no_table_is_refused_for_what_it_is(data: bytes, code: str) -> None:
    assert refused(data) == f"registers.{code}"


@pytest.mark.parametrize("part", [1, 10, 50, 90, 99])
def test_a_truncated_workbook_is_refused(part: int) -> None:
    whole = saved(book(ROWS))
    assert refused(whole[: max(len(whole) * part // 100, 4)]) == "registers.file_broken"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_workbook_with_damaged_parts_is_read_or_refused_but_never_breaks(data: st.DataObject) -> None:
    parts = entries(saved(book(ROWS)))
    name = data.draw(st.sampled_from(sorted(parts)))
    place = data.draw(st.integers(0, len(parts[name])))
    junk = data.draw(st.binary(max_size=6))
    parts[name] = parts[name][:place] + junk + parts[name][place + data.draw(st.integers(0, 6)) :]
    try:
        for sheet in sheets(zipped(parts), "x.xlsx"):
            list(sheet.lines())
    except Refused as refusal:
        assert refusal.code in {"registers.file_broken", "registers.file_not_table"}  # noqa: PT017  (or it is read)


def test_a_workbook_is_read_as_text() -> None:
    rows: list[list[object]] = [
        ["名称", "注册号", "", "日期"],
        ["甲", 330000000036006, None, date(2026, 11, 20)],
        ["乙", 1.5, True, "x"],
    ]
    assert read(saved(book(rows))) == [
        ["名称", "注册号", "", "日期"],
        ["甲", "330000000036006", "", "2026-11-20"],
        ["乙", "1.5", "TRUE", "x"],
    ]


@pytest.mark.parametrize(
    ("value", "shape", "text"),
    [
        (914109280000000000, "General", "9.14109E+17"),
        (9.14109e17, "0", "9.14109E+17"),
        (999999999999999, "General", "999999999999999"),
        (0.05, "0%", "5%"),
        (0.125, "0.0%", "12.5%"),
        (42, "00000", "00042"),
        (12.0, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (datetime(2026, 11, 20, 9, 30), "yyyy-mm-dd hh:mm", "2026-11-20 09:30:00"),  # noqa: DTZ001  (cells have no zone)
    ],
)
def test_a_number_is_what_its_cell_shows_and_lost_digits_stay_lost(
    value: object, shape: str, text: str
) -> None:
    made = book([[value]])
    made.worksheets[0]["A1"].number_format = shape
    assert read(saved(made)) == [[text]]


def test_cells_merged_downwards_have_their_value_in_each_row() -> None:
    rows: list[list[object]] = [
        ["标题", None, None],
        ["编号", "子项", "备注"],
        [1, "甲", "x"],
        [None, "乙", None],
        [None, "丙", None],
        [2, "丁", None],
    ]
    data = saved(book(rows, merged=["A1:C1", "A3:A5", "C3:C4"]))
    assert read(data) == [
        ["标题"],
        ["编号", "子项", "备注"],
        ["1", "甲", "x"],
        ["1", "乙", "x"],
        ["1", "丙"],
        ["2", "丁"],
    ]


def test_a_merged_area_is_found_wherever_the_file_is_cut_into_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(book([["a", "b"], ["c", None], [None, None]], merged=["A2:A3"]))
    for size in range(1, 200, 7):
        monkeypatch.setattr(workbook, "_CHUNK", size)
        assert read(data)[2][0] == "c"


def test_sheets_come_in_their_order_and_hidden_ones_not_at_all() -> None:
    made = book([["说明"]], [["选项"]], ROWS)
    made.worksheets[1].sheet_state = "hidden"
    assert [sheet.name for sheet in sheets(saved(made), "x.xlsx")] == ["表1", "表3"]


def test_a_sheet_can_be_read_twice_and_given_up_half_way() -> None:
    sheet = sheets(saved(book(ROWS)), "x.xlsx")[0]
    next(sheet.lines())
    assert list(sheet.lines()) == list(sheet.lines())


def test_lines_that_the_file_leaves_out_are_counted() -> None:
    made = book([])
    made.worksheets[0]["A1"] = "名称"
    made.worksheets[0]["A5"] = "甲"
    numbers = [line.number for line in sheets(saved(made), "x.xlsx")[0].lines() if any(line.cells)]
    assert numbers == [1, 5]


def test_a_workbook_that_is_wrong_about_its_own_size_is_read_whole() -> None:
    parts = entries(saved(book(ROWS)))
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1:A1"')
    assert b'"A1:A1"' in parts[name]
    assert read(zipped(parts))[1] == ["甲，乙", "1"]


def test_a_workbook_that_the_library_warns_about_makes_no_noise() -> None:
    parts = entries(saved(book(ROWS)))
    name = "xl/worksheets/sheet1.xml"
    extension = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    parts[name] = parts[name].replace(b"</worksheet>", extension)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert len(read(zipped(parts))) == 3
    assert [str(one.message) for one in said] == []


def test_a_bomb_is_refused_by_its_directory_before_anything_is_unpacked() -> None:
    parts = entries(saved(book(ROWS)))
    bomb = zipped(parts | {"xl/media/image1.png": b"\0" * (30 * 2**20)})
    assert len(bomb) < 100_000
    assert refused(bomb) == "registers.file_unpacked"


def test_a_workbook_of_too_many_parts_or_too_large_in_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(book(ROWS))
    monkeypatch.setattr(workbook, "MOST_ENTRIES", 3)
    assert refused(data) == "registers.file_unpacked"
    monkeypatch.undo()
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 1000)
    assert refused(data) == "registers.file_unpacked"


def test_a_directory_that_lies_about_a_size_gains_nothing() -> None:
    """The reader stops at the size that the directory says, and the checksum does not fit then."""
    parts = entries(saved(book([["名称"], *([["甲" * 50]] * 500)])))
    data = bytearray(zipped(parts))
    size = len(parts["xl/worksheets/sheet1.xml"])
    told, lie = size.to_bytes(4, "little"), (100).to_bytes(4, "little")
    assert data.count(told) >= 2
    assert refused(bytes(data.replace(told, lie))) == "registers.file_broken"


def test_entities_in_the_xml_are_refused() -> None:
    parts = entries(saved(book(ROWS)))
    name = "xl/worksheets/sheet1.xml"
    entities = b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    parts[name] = parts[name].replace(b"<worksheet", entities, 1)
    assert refused(zipped(parts)) == "registers.file_broken"


def test_too_large_and_too_long_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "LARGEST_FILE", 10)
    assert refused(b"a" * 11) == "registers.file_too_big"
    monkeypatch.undo()
    for module in (spreadsheet, workbook):
        monkeypatch.setattr(module, "MOST_LINES", 2)
    assert refused("名称\n甲\n乙\n".encode()) == "registers.lines_limit"
    assert refused(saved(book(ROWS))) == "registers.lines_limit"


def test_columns_beyond_the_limit_are_not_read() -> None:
    wide = ["a"] * (workbook.MOST_COLUMNS + 5)
    assert len(read(saved(book([wide])))[0]) == workbook.MOST_COLUMNS
    assert len(read(",".join(wide).encode())[0]) == workbook.MOST_COLUMNS


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_reader(data: bytes) -> None:
    for prefix in (b"", b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe"):
        try:
            for sheet in sheets(prefix + data, "x"):
                list(sheet.lines())
        except Refused as refusal:
            assert refusal.code.startswith("registers.")  # noqa: PT017  (or it is read)
