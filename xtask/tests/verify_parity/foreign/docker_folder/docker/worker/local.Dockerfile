FROM python:3.12-slim
WORKDIR /srv
COPY worker/requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY shared/ shared/
COPY worker/ .
USER 1000

CMD ["python", "-m", "worker"]
