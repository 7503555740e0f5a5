"""The Celery application: it carries ids of jobs, nothing else."""

from celery import Celery

app = Celery("procurement")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
app.autodiscover_tasks()
