"""The closed sets that a profile chooses from."""

from enum import StrEnum


class CheckEvent(StrEnum):
    """What starts the clock of publication."""

    RESULT_PRODUCED = "result_produced"  # 检查结果产生之日
    CHECK_ENDED = "check_ended"  # 检查结束之日
    CHECK_COMPLETED = "check_completed"  # 完成检查之日
    TASK_COMPLETED = "task_completed"  # 抽查检查任务完成后: the whole task, not one subject


class OfficeEvent(StrEnum):
    """What starts the clock of the limits on lists and plans."""

    LIST_DRAWN = "list_drawn"
    LIST_RECEIVED = "list_received"
    ITEM_LIST_CHANGED = "item_list_changed"
    PLAN_CHANGED = "plan_changed"


class Act(StrEnum):
    """What must be done before the publication deadline."""

    COLLECT = "collect"  # 归集到检查对象名下
    ENTER = "enter"
    REVIEW = "review"
    PUBLISH = "publish"


class Handling(StrEnum):
    """What becomes of punishments and other follow-up when the check result is published."""

    TOGETHER = "together"
    SEPARATE = "separate"


class Matter(StrEnum):
    """What else is made public."""

    METHOD = "method"
    ITEM_LIST = "item_list"
    ANNUAL_PLAN = "annual_plan"
    WORK_PLAN = "work_plan"
    RESULT = "result"
    HANDLING = "handling"


class WithholdReason(StrEnum):
    """Why a result may be kept back or shortened; the duty closes all the same."""

    NATIONAL_SECURITY = "national_security"
    TRADE = "trade"  # 商业秘密
    PRIVACY = "privacy"


class TaskKind(StrEnum):
    """Kinds of inspection task."""

    UNTARGETED = "untargeted"
    TARGETED = "targeted"
    TRIGGERED = "triggered"
    SPECIAL = "special"  # 专项检查: outside draws and quotas
    BATCH_ORDER = "batch_order"  # everything is inspected, chance sets the order
    RETURN_VISIT = "return_visit"


class Trigger(StrEnum):
    """What may set a check off outside the annual plan."""

    COMPLAINT = "complaint"  # 投诉举报
    REFERRAL = "referral"  # 转办交办
    MONITORING = "monitoring"  # 网络监测、数据监测、大数据分析
    RISK = "risk"  # 风险防控


class CheckMethod(StrEnum):
    """How a check is made."""

    ON_SITE = "on_site"
    WRITTEN = "written"
    ONLINE = "online"
    REMOTE = "remote"  # 非现场监管: 远程、移动、预警
    TESTING = "testing"
    ENTRUSTED = "entrusted"
    OTHER_BODIES = "other_bodies"


class AssignmentMode(StrEnum):
    """From where the inspectors of a visit are taken."""

    WITHIN_DEPARTMENT = "within_department"
    ACROSS_DEPARTMENTS = "across_departments"
    SUPERIOR_SUBORDINATE = "superior_subordinate"
    DIRECT = "direct"  # chosen by a person


class CreditClass(StrEnum):
    """Credit risk class of a subject; the letter is its stratum in a draw."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    U = "U"  # unclassified


class ItemClass(StrEnum):
    """Class of a check item."""

    GENERAL = "general"
    KEY = "key"


class Outside(StrEnum):
    """What a ratio beyond a bound gets."""

    WARN = "warn"
    REFUSE = "refuse"


class Flag(StrEnum):
    """Marks of a subject that raise ratio and frequency."""

    PUBLIC_CONCERN = "public_concern"
    COMPLAINTS = "complaints"
    ABNORMAL_LIST = "abnormal_list"
    SERIOUS_LIST = "serious_list"
    OTHER_GRAVE = "other_grave"


class YearRule(StrEnum):
    """Whether a subject that was drawn this year stays out of further draws."""

    NONE = "none"
    IN_PRINCIPLE = "in_principle"  # a reason may override it
    ALWAYS = "always"


class Comparison(StrEnum):
    """How a share is held against its bound."""

    ABOVE = "above"  # 超过: the bound itself is not enough
    AT_LEAST = "at_least"  # 不低于, 以上: the bound itself is enough


class Measure(StrEnum):
    """What a quota counts."""

    TASKS = "tasks"
    DRAWS = "draws"
    SUBJECTS = "subjects"


class OpeningTier(StrEnum):
    """What everybody may see of a finished draw."""

    SUMMARY = "summary"  # texts, counts, quotas, cut-offs, attempts
    EVERYTHING = "everything"  # the auditor's bundle too


class MessageStyle(StrEnum):
    """How much a chat message may say."""

    FULL = "full"
    THIN = "thin"  # task number, due date and a button


class Signer(StrEnum):
    """Who may sign the record for the subject."""

    LEGAL_REPRESENTATIVE = "legal_representative"  # 法定代表人（负责人）
    AUTHORISED_PERSON = "authorised_person"  # 授权人


class Need(StrEnum):
    """Whether something is asked for."""

    NONE = "none"
    OPTIONAL = "optional"  # 必要时
    REQUIRED = "required"


class Noncooperation(StrEnum):
    """Kinds of grave non-cooperation."""

    ENTRY = "entry"
    INFORMATION = "information"
    UNTRUE = "untrue"
    OBSTRUCTION = "obstruction"


class FilePaper(StrEnum):
    """Papers that the file of a check holds."""

    CHECK_FORM = "check_form"  # 随机抽查检查表
    ONSITE_RECORD = "onsite_record"  # 实地核查记录表
    RECTIFICATION_ORDER = "rectification_order"  # 责令整改通知书
    PENALTY_DECISION = "penalty_decision"  # 行政处罚决定书


class OnDayOff(StrEnum):
    """When a fixed date that falls on a day off is reminded for."""

    WORKING_DAY_BEFORE = "working_day_before"
    UNCHANGED = "unchanged"


class ReportKind(StrEnum):
    """What is due on a fixed date."""

    REPORT = "report"
    PLAN = "plan"
    ITEM_LIST = "item_list"
    REGISTER = "register"
    FORMS = "forms"
    MEETING = "meeting"
    INFORMATION = "information"
    MEDIA = "media"


class SystemRecord(StrEnum):
    """What of our own shows that something due on a fixed date is done."""

    ANNUAL_PLAN = "annual_plan"  # the department's plan of that year is in the system


class Obligor(StrEnum):
    """Who owes what is due on a fixed date."""

    DEPARTMENT = "department"
    OFFICE = "office"
    GOVERNMENT = "government"
