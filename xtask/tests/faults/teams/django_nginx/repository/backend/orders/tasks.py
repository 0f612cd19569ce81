from celery import shared_task


@shared_task
def confirm(number):
    return number
