ARG BASE=python:3.12-slim
FROM $BASE
ARG INSTALL_DEV=false
RUN bash -c "if [ $INSTALL_DEV == 'true' ] ; then poetry install --no-root ; else poetry install --no-root --only main ; fi"
COPY requirements*.txt a\ b /app/
RUN pip install -r /app/requirements.txt \\
RUN echo "a \
  b" 'c \
  d' \
# trailing comment, then the end
   
COPY --from=nginx:latest /etc/nginx/nginx.conf /nginx.conf
ENV ONE two  three
ENV A=\"quoted\" B="a\"b" C='d "e"' D=$A:${B:-x}
CMD
