from datetime import datetime

from django.db import models

from signing.clocks.clock import ClockState, Reading, describe, judge


class ClockReading(models.Model):
    """How far the machine's clock was found off, and by whom; the last one decides (signing.clocks.clock.judge)."""

    measured_at = models.DateTimeField()
    #: Seconds to add to the clock; null when nobody could say.
    offset = models.FloatField(null=True)
    #: Seconds: the offset is known to so much either way.
    error = models.FloatField(null=True)
    source = models.CharField(max_length=200, blank=True)
    #: French: who did not answer, and why nothing is known.
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.measured_at} {self.offset} {self.source}"

    @property
    def description(self) -> str:
        return describe(self.offset)

    def state_at(self, now: datetime) -> ClockState:
        return judge(Reading(self.source, self.offset, self.error), measured_at=self.measured_at, now=now)
