ARG PYTHON=3.13
FROM python:${PYTHON}-slim-trixie AS build
ENV VIRTUAL_ENV=/venv PATH=/venv/bin:$PATH
WORKDIR /build
COPY services/web/requirements.txt ./
COPY libs/core libs/core
COPY services/web services/web
RUN python -m venv /venv
RUN pip install --no-deps --require-hashes -r requirements.txt \
    # the libs and the service, as wheels
    && pip install --no-deps --no-index ./libs/core ./services/web

FROM python:${PYTHON}-slim-trixie
ENV PATH="/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1
COPY --from=build /venv /venv
WORKDIR /app
EXPOSE 8080
USER 10001
CMD ["uvicorn", "web.main:app", "--host", "0.0.0.0", "--port", "8080"]
