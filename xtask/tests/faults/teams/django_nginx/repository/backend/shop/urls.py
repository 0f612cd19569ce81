from django.http import HttpResponse
from django.urls import include, path

urlpatterns = [path("orders/", include("orders.urls")), path("health/", lambda request: HttpResponse("ok"))]
