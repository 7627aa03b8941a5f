"""The five profiles against the five documents that they cite."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from rules.profile import Cited, Report, Source, describe
from services.profiles import load, names

FOLDER = Path(__file__).parents[4] / "shared" / "regulations"
DOCUMENTS = {
    "puyang": "000_94b1c14d016f65f0.txt",
    "yanshi": "001_bc7e093da7fcc165.txt",
    "wuyuan": "002_82f2fc5414a31c3f.txt",
    "shifanqu": "003_72ce8a3754b3c286.txt",
    "xingtai": "004_fb6649df7bfb4a05.txt",
}
NUMERAL = "[一二三四五六七八九十]+"
# A chapter «一、», a section «(一)», a point «1.», an article «第一条», an annex «附件 1», at the start of a line.
HEADING = re.compile(
    rf"^(?:(?P<chapter>{NUMERAL})、|\((?P<section>{NUMERAL})\)|(?P<point>\d+)\.|第(?P<article>{NUMERAL})条|附件(?P<annex>\d)$)"
)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the documents are not beside this checkout")


@cache
def _text(name: str) -> str:
    return (FOLDER / DOCUMENTS[name]).read_text(encoding="utf-8")


def _plain(text: str) -> str:
    return re.sub(r"[\s*#\\]", "", text.replace("（", "(").replace("）", ")"))


@cache
def _articles(name: str) -> dict[str, str]:
    """Texts by number: a chapter or an article with all that is in it, its sections and points alone too."""
    texts: dict[str, str] = {}
    open_keys: list[str] = []
    for line in map(_plain, _text(name).splitlines()):
        if match := HEADING.match(line):
            open_keys = _opened(open_keys, match)
        for key in open_keys:
            texts[key] = texts.get(key, "") + line
        if not open_keys:
            texts["文头"] = texts.get("文头", "") + line
    texts["标题"] = texts.get("文头", "")
    return texts


def _opened(open_keys: list[str], match: re.Match[str]) -> list[str]:
    if match["chapter"]:
        return [match["chapter"]]
    if match["annex"]:
        return [f"附件{match['annex']}"]
    if match["article"]:
        return [f"第{match['article']}条"]
    if match["section"]:
        return [*open_keys[:1], f"{open_keys[0]}({match['section']})"] if open_keys else []
    return [*open_keys[:2], f"{open_keys[-1] if len(open_keys) < 3 else open_keys[1]}{match['point']}"]


def _cited(article: str) -> list[str]:
    return article.split("、")


@pytest.mark.parametrize("name", names())
def test_every_article_that_is_cited_exists(name: str) -> None:
    cited = {part for line in describe(load(name)) if line.article for part in _cited(line.article)}

    assert cited - set(_articles(name)) == set()


@pytest.mark.parametrize("name", names())
def test_the_title_number_and_date_are_those_of_the_document(name: str) -> None:
    document, text = load(name).document, _plain(_text(name))

    assert _plain(document.title) in text
    assert document.number is None or document.number in text
    if document.issued is not None:
        assert f"{document.issued.year}年{document.issued.month}月{document.issued.day}日" in text


# Profile, value, what it must be, and the words of the cited article that say so.
FACTS: list[tuple[str, str, object, str]] = [
    ("puyang", "publication.working_days", 20, "20个工作日内"),
    ("puyang", "publication.starts", "result_produced", "自检查结果产生之日起"),
    ("puyang", "publication.within", ("collect", "publish"), "归集到检查对象名下并予以公示"),
    (
        "puyang",
        "publication.withhold",
        ("national_security", "trade", "privacy"),
        "国家安全、商业秘密和个人隐私",
    ),
    ("puyang", "tasks.annual_plan", True, "严格按照计划开展检查"),
    ("puyang", "tasks.triggers", ("complaint", "referral", "monitoring"), "投诉举报、转办交办以及大数据分析"),
    ("puyang", "inspectors.minimum", 2, "不得少于两人"),
    ("puyang", "inspectors.certificate_shown", True, "出示行政执法证件"),
    ("puyang", "inspectors.recusal", True, "有利害关系的,应当依法回避"),
    ("puyang", "inspectors.direct_for", (), "完全随机的方式选择检查对象和执法检查人员"),
    ("puyang", "exclusion.year_rule", "in_principle", "原则上不再抽查"),
    (
        "puyang",
        "ratios.raised_flags",
        ("public_concern", "complaints", "abnormal_list", "serious_list", "other_grave"),
        "社会关注度高、投诉举报多、列入经营异常名录和严重违法失信企业名单或有其他严重违法记录",
    ),
    ("puyang", "secrecy.time_and_place", True, "不透露抽查的具体时间和地点"),
    ("puyang", "secrecy.subject_notice", False, "无法提前得知"),
    ("puyang", "noncooperation.published", True, "记入检查结果并向社会公示"),
    ("puyang", "transfer.judicial", True, "移送司法机关"),
    ("yanshi", "publication.working_days", 20, "20个工作日内"),
    ("yanshi", "publication.starts", "check_ended", "自检查结束之日起"),
    ("yanshi", "publication.handling", "together", "将检查结果、查处结果"),
    ("yanshi", "publication.places", ("企业信用信息公示系统",), "通过企业信用信息公示系统向社会公示"),
    ("yanshi", "tasks.annual_plan", False, "不强制要求监管部门一定期限内必须开展一次检查"),
    ("yanshi", "tasks.trigger_required", True, "等触发条件"),
    (
        "yanshi",
        "tasks.triggers",
        ("complaint", "referral", "monitoring", "risk"),
        "投诉举报、转办交办、网络监测、风险防控",
    ),
    ("yanshi", "tasks.usual_method", "on_site", "原则上以实地核查为主"),
    ("yanshi", "inspectors.minimum", 2, "不得少于两人"),
    ("yanshi", "inspectors.certificate_shown", True, "出示执法证件"),
    ("yanshi", "inspectors.direct_for", ("triggered", "untargeted", "targeted"), "直接选派"),
    ("yanshi", "ratios.by_credit_class", True, "根据信用风险分类结果开展分类抽查"),
    (
        "yanshi",
        "signature.signers",
        ("legal_representative", "authorised_person"),
        "法定代表人(负责人)或授权人签名或者盖章",
    ),
    ("yanshi", "signature.refusal_reason", True, "应当注明原因"),
    ("yanshi", "signature.witness", "optional", "必要时可邀请有关人员作为见证人"),
    ("yanshi", "noncooperation.evidence", True, "做好记录并留取相关证据"),
    ("yanshi", "correction.promptly", True, "及时予以更正"),
    (
        "yanshi",
        "archive.papers",
        ("onsite_record", "rectification_order", "penalty_decision"),
        "实地核查记录表、责令整改通知书、行政处罚决定书",
    ),
    ("wuyuan", "publication.working_days", 20, "20个工作日内"),
    ("wuyuan", "publication.starts", "check_completed", "在完成检查之日起"),
    ("wuyuan", "publication.within", ("enter", "publish"), "录入并公示抽查检查结果"),
    ("wuyuan", "publication.in_principle", True, "原则上在完成检查之日起"),
    ("wuyuan", "publication.handling", "separate", "按照规定程序另行公示"),
    ("wuyuan", "limits.dispatch.working_days", 5, "在名单抽取后5个工作日内派发"),
    ("wuyuan", "limits.dispatch.starts", "list_drawn", "在名单抽取后5个工作日内派发"),
    ("wuyuan", "limits.assignment.working_days", 5, "在收到名单后5个工作日内"),
    ("wuyuan", "limits.assignment.starts", "list_received", "在收到名单后5个工作日内"),
    ("wuyuan", "limits.item_list_change.working_days", 10, "10个工作日内录入监管平台"),
    ("wuyuan", "limits.item_list_change.starts", "item_list_changed", "在调整完成清单后"),
    ("wuyuan", "limits.plan_change.working_days", 10, "调整后应当在10个工作日内录入监管平台"),
    ("wuyuan", "limits.plan_change.starts", "plan_changed", "调整后应当在10个工作日内录入监管平台"),
    (
        "wuyuan",
        "inspectors.modes",
        ("within_department", "across_departments", "superior_subordinate"),
        "本部门内随机、部门与部门随机、上级部门与下级部门随机",
    ),
    ("wuyuan", "inspectors.direct_for", (), "均应运用电子化手段随机抽取"),
    (
        "wuyuan",
        "inspectors.expert_recusal",
        True,
        "执法检查人员、专家与被检查对象之间存在利害关系的,应当重新选派",
    ),
    ("wuyuan", "ratios.general_capped", True, "由政府根据监管实际情况设置上限"),
    ("wuyuan", "ratios.key_capped", False, "抽查比例不设上限"),
    ("wuyuan", "ratios.key_batch_order", True, "确定检查批次顺序"),
    ("wuyuan", "signature.methods", ("on_site",), "采取实地核查的"),
    ("wuyuan", "signature.signers", ("legal_representative",), "法定代表人(负责人)对检查情况签字或者盖章"),
    ("wuyuan", "signature.witness", "optional", "必要时邀请相关人员签字见证"),
    ("wuyuan", "transfer.record", True, "做好告知移送记录"),
    ("wuyuan", "archive.one_file_per_check", True, "一次一档"),
    ("shifanqu", "publication.working_days", 20, "20个工作日内"),
    ("shifanqu", "publication.starts", "task_completed", "抽查检查任务完成后20个工作日内"),
    ("shifanqu", "publication.within", ("enter", "publish"), "及时录入部门协同监管平台"),
    (
        "shifanqu",
        "publication.places",
        ("国家企业信用信息公示系统", "部门网站"),
        "通过国家企业信用信息公示系统或部门网站",
    ),
    ("shifanqu", "tasks.period_binding", True, "杜绝出现任务超期执行问题"),
    ("shifanqu", "ratios.a.max_bp", 300, "可低于法定3%"),
    ("shifanqu", "ratios.a.above", "warn", "可低于法定3%"),
    ("shifanqu", "ratios.b.min_bp", 300, "对B级市场主体,按3%比例"),
    ("shifanqu", "ratios.b.max_bp", 300, "对B级市场主体,按3%比例"),
    ("shifanqu", "ratios.c.min_bp", 300, "对C级市场主体,从3%至20%"),
    ("shifanqu", "ratios.c.max_bp", 2000, "对C级市场主体,从3%至20%"),
    ("shifanqu", "ratios.d.min_bp", 2000, "可按照20%至100%比例"),
    ("shifanqu", "ratios.d.max_bp", 10_000, "可按照20%至100%比例"),
    ("shifanqu", "quotas.credit_risk.share_bp", 8000, "占比要超过80%"),
    ("shifanqu", "quotas.credit_risk.comparison", "above", "占比要超过80%"),
    ("shifanqu", "quotas.credit_risk.of", "tasks", "抽查检查任务中,信用风险分类抽查任务占比"),
    ("xingtai", "publication.handling", "together", "抽查结果及处理结果要及时向社会公开"),
    (
        "xingtai",
        "publication.matters",
        ("annual_plan", "work_plan", "result", "handling"),
        "制定的年度计划、实施方案、抽查结果及处理结果",
    ),
    ("xingtai", "tasks.annual_plan", True, "严格按照部门年度随机抽查计划开展抽查"),
    ("xingtai", "quotas.credit_risk.share_bp", 8000, "总抽查数的80%以上"),
    ("xingtai", "quotas.credit_risk.comparison", "at_least", "80%以上"),
    ("xingtai", "quotas.joint.share_bp", 2000, "部门联合抽查数量占比不低于总数的20%"),
    ("xingtai", "quotas.joint_subjects.share_bp", 1000, "抽查主体数量占比不低于总数的10%"),
    ("xingtai", "forms.own_item_forms", True, "依抽查事项添加个性化检查表单"),
]


def _value(name: str, path: str) -> Cited[object]:
    value: object = load(name)
    for step in path.split("."):
        value = getattr(value, step)
    assert isinstance(value, Cited)
    return value


def _says(name: str, article: str | None, words: str) -> bool:
    wanted = _plain(words).replace(",", "，")
    return any(wanted in _articles(name)[part].replace(",", "，") for part in _cited(article or ""))


@pytest.mark.parametrize(("name", "path", "value", "words"), FACTS)
def test_a_value_is_what_the_cited_article_says(name: str, path: str, value: object, words: str) -> None:
    cited = _value(name, path)

    assert cited.value == value
    assert cited.source is Source.DOCUMENT
    assert _says(name, cited.article, words)


REPORTS = [
    ("puyang", "first_item_list", "2023年6月底前"),
    ("puyang", "first_registers", "2023年6月底前"),
    ("puyang", "item_list", "以后每年适时公布"),
    ("puyang", "annual_plan", "每年年初编制年度随机抽查计划"),
    ("wuyuan", "focus", "每年12月底前"),
    ("wuyuan", "annual_plan", "次年1月底前"),
    ("wuyuan", "joint_plan", "每年3月底前"),
    ("shifanqu", "conference", "双月"),
    ("shifanqu", "monthly_summary", "月总结"),
    ("shifanqu", "quarterly_bulletin", "季通报"),
    ("shifanqu", "work_information", "工作信息于每季度15日前"),
    ("shifanqu", "half_year_summary", "半年总结于6月15日前"),
    ("shifanqu", "year_end_summary", "年终总结于12月15日前"),
    ("shifanqu", "information_item", "每月至少报送一条信息"),
    ("shifanqu", "media_reports", "通过媒体开展两次报道"),
    ("xingtai", "claimed_items", "完成时限：4月前"),
    ("xingtai", "registers", "完成时限：4月前"),
    ("xingtai", "item_forms", "完成时限：4月前"),
    ("xingtai", "county_monthly_form", "每月23日前将月报表"),
    ("xingtai", "department_monthly_form", "每月23日前将月报表"),
    ("xingtai", "summary", "4月6日、7月2日、10月8日、12月23日前"),
]


def _reports(name: str) -> Iterable[Report]:
    return load(name).report_calendar.reports


@pytest.mark.parametrize(("name", "report", "words"), REPORTS)
def test_a_fixed_date_is_asked_for_by_the_cited_article(name: str, report: str, words: str) -> None:
    (found,) = [entry for entry in _reports(name) if entry.name == report]

    assert _says(name, found.article, words)


def test_every_fixed_date_is_in_the_table_above() -> None:
    listed = {(name, report) for name, report, _ in REPORTS}

    assert listed == {(name, report.name) for name in names() for report in _reports(name)}


def test_xingtai_has_no_number_of_its_own() -> None:
    publication = load("xingtai").publication

    assert publication.working_days.value == 20
    assert publication.working_days.source is not Source.DOCUMENT
    assert "个工作日" not in _plain(_text("xingtai"))
