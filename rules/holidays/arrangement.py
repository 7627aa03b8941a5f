"""What a notice arranges, and how it joins what is known of its year."""

from dataclasses import dataclass
from datetime import date, timedelta

from rules.calendar import Calendar, Notice
from rules.errors import Refused

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Days off and at work that a notice names.

    Attributes:
        year: which year it arranges.
        number: of the document, as 国办发明电〔2025〕7号; empty when the text has none.
        supplement: whether it only adds to, or changes, the year's notice: a day of remembrance, a longer holiday.
        days_off: every day that it calls off.
        work_days: Saturdays and Sundays at work.
        extended_to: last day of a holiday that it makes longer; which day the holiday ended on, the earlier notice
            says.
    """

    year: int
    number: str
    supplement: bool
    days_off: frozenset[date]
    work_days: frozenset[date]
    extended_to: date | None = None

    def upon(self, earlier: Notice | None) -> Notice:
        """What holds for the year once this one is in force.

        Args:
            earlier: what held before; none when nothing is known of the year.

        Returns:
            The year's notice: this one, or the earlier one with the days of a supplement changed.

        Raises:
            Refused: ``calendar.notice_no_base`` for a supplement to nothing.
        """
        if not self.supplement:
            return Notice(self.year, self.days_off, self.work_days)
        if earlier is None:
            raise Refused("calendar.notice_no_base", year=self.year)
        off = self._off(earlier)
        return Notice(
            self.year, (earlier.days_off - self.work_days) | off, (earlier.work_days - off) | self.work_days
        )

    def contradicted(self, earlier: Notice | None) -> list[date]:
        """Days of which the earlier notice says otherwise.

        A year's notice has to say the same of every day; a supplement may speak of days that the earlier one left
        alone.

        Args:
            earlier: what holds so far.

        Returns:
            The days in their order; none when there is no earlier notice.
        """
        if earlier is None:
            return []
        if self.supplement:
            off = self._off(earlier)
            return sorted((off & earlier.work_days) | (self.work_days & earlier.days_off))
        before, after = Calendar.of([earlier]), Calendar.of([self.upon(earlier)])
        named = earlier.days_off | earlier.work_days | self.days_off | self.work_days
        return sorted(day for day in named if before.is_working(day) != after.is_working(day))

    def _off(self, earlier: Notice) -> frozenset[date]:
        """Its days off, those among them by which a holiday of the earlier notice grows longer."""
        if self.extended_to is None:
            return self.days_off
        more, day = {self.extended_to}, self.extended_to - _DAY
        while day not in earlier.days_off:
            more.add(day)
            day -= _DAY
            if day < date(self.year - 1, 12, 1):
                raise Refused("calendar.notice_no_holiday", day=self.extended_to)
        return self.days_off | more
