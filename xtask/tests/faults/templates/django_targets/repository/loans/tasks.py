from celery import shared_task
from django.utils import timezone

from loans.models import Loan


@shared_task
def remind() -> int:
    return Loan.objects.filter(due__lt=timezone.now()).count()
