"""Measures what an accepted report costs in django-helpdesk, and beside it in Pratique, on this machine.

    python3 bench/peers/django_helpdesk.py [--seconds 10] [--pratique target/release/pratique] [--cases 20000]

django-helpdesk comes from PyPI by `requirements.txt`, into a folder of its own that is removed at the end. It runs as its
documentation says: behind gunicorn, without debugging, on SQLite with the same durability as Pratique's (write-ahead log,
synchronous=FULL); mail goes nowhere. A report is its public form, as eight people without an account send it. What is
counted is the processor time of the server's processes (proc_pid_stat(5)) for each report that was accepted.
"""

import argparse
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")
WORDS = (
    "The box has stood at the gate since this morning; the terminal says that the release is missing, the single window "
    "says that it is there. Who has it, and when does it leave?"
)

SETTINGS = """
import pathlib
BASE = pathlib.Path(__file__).resolve().parent
SECRET_KEY = "of a measurement"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "urls"
USE_TZ = True
SITE_ID = 1
STATIC_URL = "/static/"
LOGIN_URL = "/login/"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = "helpdesk@example.org"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_PUBLIC_TICKET_QUEUE = "port"
HELPDESK_PUBLIC_TICKET_PRIORITY = 3
HELPDESK_PUBLIC_TICKET_DUE_DATE = None
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.sites", "django.contrib.humanize",
    "rest_framework", "helpdesk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.debug", "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages",
    ]},
}]
DATABASES = {"default": {
    "ENGINE": "django.db.backends.sqlite3", "NAME": BASE / "helpdesk.sqlite",
    "OPTIONS": {"timeout": 30, "transaction_mode": "IMMEDIATE",
                "init_command": "pragma journal_mode=wal; pragma synchronous=full;"},
}}
MEDIA_ROOT = BASE / "media"
"""

URLS = """
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""

MAKE = """
import django
django.setup()
from helpdesk.models import Queue
Queue.objects.create(title="Port", slug="port", allow_public_submission=True)
"""


def run(*words, **more):
    subprocess.run([str(word) for word in words], check=True, **more)


def install(folder):
    """The virtual environment and the site in a folder; gives its Python and the environment of its processes."""
    run(sys.executable, "-m", "venv", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt")
    (folder / "settings.py").write_text(SETTINGS)
    (folder / "urls.py").write_text(URLS)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(folder)}
    run(python, "-m", "django", "migrate", "--verbosity", "0", env=environment, cwd=folder)
    run(python, "-c", MAKE, env=environment, cwd=folder)
    return python, environment


def serve(folder, python, environment, workers):
    log = open(folder / "server.log", "w")
    words = [python, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()", "--bind", "127.0.0.1:0",
             "--workers", workers, "--threads", 4, "--log-level", "info"]
    server = subprocess.Popen([str(word) for word in words], env=environment, cwd=folder, stderr=log)
    for _ in range(200):
        found = re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", (folder / "server.log").read_text())
        if found:
            return server, int(found.group(1))
        time.sleep(0.1)
    raise SystemExit((folder / "server.log").read_text())


def cpu(process):
    """Processor time of a process and its children, seconds: fields 14 and 15 of each."""
    sum_of = 0.0
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(folder.name) == process or int(fields[1]) == process:
                sum_of += (int(fields[11]) + int(fields[12])) / TICK
    return sum_of


class Reporter:
    """Somebody who opened the form once, and sends it again and again."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.request("GET", "/tickets/submit/")
        answer = self.connection.getresponse()
        page = answer.read().decode()
        self.cookie = answer.getheader("set-cookie").split(";")[0]
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)

    def send(self, nth):
        fields = {"csrfmiddlewaretoken": self.token, "title": f"Box BNCU{nth:07} at the gate", "body": WORDS,
                  "submitter_email": "bench@example.org"}
        body = urllib.parse.urlencode(fields)
        head = {"content-type": "application/x-www-form-urlencoded", "cookie": self.cookie}
        self.connection.request("POST", "/tickets/submit/", body, head)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status == 302


def send(port, seconds, clients):
    """Latencies of the accepted reports, seconds, and how many were refused."""
    took, refused, lock = [], [0], threading.Lock()
    end = time.monotonic() + seconds

    def one(number):
        reporter, own, bad = Reporter(port), [], 0
        while time.monotonic() < end:
            begin = time.monotonic()
            if reporter.send(number * 1_000_000 + len(own)):
                own.append(time.monotonic() - begin)
            else:
                bad += 1
        with lock:
            took.extend(own)
            refused[0] += bad

    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(took), refused[0]


def helpdesk(seconds, clients):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="peers-"))
    try:
        python, environment = install(folder)
        server, port = serve(folder, python, environment, os.cpu_count())
        try:
            send(port, 1, clients)
            before = cpu(server.pid)
            took, refused = send(port, seconds, clients)
            used = cpu(server.pid) - before
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(folder)
    if not took:
        raise SystemExit(f"django-helpdesk accepted nothing, and refused {refused}")
    at = lambda part: took[min(len(took) - 1, len(took) * part // 100)] * 1000
    return {"what": "django-helpdesk 2.6.1, its public form", "per_second": len(took) / seconds,
            "cpu_us": used / len(took) * 1e6, "p50_ms": at(50), "p99_ms": at(99), "other": refused}


def pratique(binary, seconds, clients, cases):
    words = [binary, "bench", "problems", "--json", "--seconds", seconds, "--connections", clients, "--cases", cases,
             "--only-reports"]
    said = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)
    row = json.loads(said.stdout)["reports"][0]
    return {"what": "Pratique, a report by its API", "per_second": row["per_second"], "cpu_us": row["server_cpu_us"],
            "p50_ms": row["p50_us"] / 1000, "p99_ms": row["p99_us"] / 1000, "other": sum(row["other"].values())}


def main():
    known = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    known.add_argument("--seconds", type=int, default=10)
    known.add_argument("--clients", type=int, default=8)
    known.add_argument("--cases", type=int, default=20_000)
    known.add_argument("--pratique", default=HERE.parent.parent / "target" / "release" / "pratique")
    asked = known.parse_args()
    rows = [pratique(asked.pratique, asked.seconds, asked.clients, asked.cases), helpdesk(asked.seconds, asked.clients)]
    print("| reports, 8 clients, closed loop | accepted/s | p50 ms | p99 ms | server CPU µs each | other answers |"
          .replace("8 clients", f"{asked.clients} clients"))
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        print("| {what} | {per_second:.0f} | {p50_ms:.1f} | {p99_ms:.1f} | {cpu_us:.0f} | {other} |".format(**row))
    print(f"\ndjango-helpdesk needs {rows[1]['cpu_us'] / rows[0]['cpu_us']:.0f} times the processor time.")


if __name__ == "__main__":
    main()
