# escape=`
# check=skip=all
FROM python:3.12-windowsservercore
RUN pip install `
  -r C:\app\requirements.txt `
# c
  --no-deps
ENV A="x y" B=a` b C=
ARG A="q r" B=c D
USER ContainerUser
MAINTAINER nobody
RUN echo a `` 
CMD a