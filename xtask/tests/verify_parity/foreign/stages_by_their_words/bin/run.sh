#!/bin/sh
exec gunicorn granite.wsgi
