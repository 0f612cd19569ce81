from django.shortcuts import render

from orders.tasks import confirm


def index(request):
    confirm.delay(1)
    return render(request, "orders.html")
