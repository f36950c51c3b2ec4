# One image for the server and the worker: `reviewbot serve`, `reviewbot worker`.
# EXTRAS=[local] puts the embedded llama.cpp in as well.

FROM python:3.12-slim AS wheel
WORKDIR /src
COPY constraints.txt ./
RUN pip install --no-cache-dir --constraint constraints.txt hatchling
COPY pyproject.toml README.md ./
COPY reviewbot reviewbot
COPY rules rules
RUN hatchling build --target wheel --directory /wheels

FROM python:3.12-slim
ARG EXTRAS=""
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home reviewbot \
 && install --directory --owner reviewbot --group reviewbot --mode 0700 /var/lib/reviewbot
COPY --from=wheel /wheels /wheels
COPY constraints.txt /wheels/
RUN pip install --no-cache-dir --constraint /wheels/constraints.txt "$(echo /wheels/*.whl)${EXTRAS}" && rm -r /wheels

ENV REVIEWBOT_STATE_DIR=/var/lib/reviewbot \
    REVIEWBOT_HOST=0.0.0.0 \
    SEMGREP_SEND_METRICS=off \
    SEMGREP_ENABLE_VERSION_CHECK=0 \
    HF_HUB_DISABLE_TELEMETRY=1 \
    DO_NOT_TRACK=1 \
    PYTHONUNBUFFERED=1
USER reviewbot
VOLUME /var/lib/reviewbot
EXPOSE 8080
ENTRYPOINT ["reviewbot"]
CMD ["serve"]
