# psycopg (3) and psycopg2 against a gateway: argv = DSN, driver. Prints one line `waiting {…}` with what it saw, then
# goes on asking until the connection is ended, and prints how. Works with Debian's versions and with the newest.
import io
import json
import sys
import threading
import time

dsn, driver = sys.argv[1:3]
text = "select id, email, city from people where id = %s"
slow = "select count(*) from big a, big b"
seen = {"client": driver}

if driver == "psycopg":
    import psycopg

    connection = psycopg.connect(dsn, autocommit=True)
    error = psycopg.Error
    code = lambda e: e.sqlstate
    seen["version"] = psycopg.__version__
    seen["tls"] = connection.pgconn.ssl_in_use
    cancel = connection.cancel
    seen["text"] = list(connection.execute(text, (1,)).fetchone())
    seen["binary"] = list(connection.cursor(binary=True).execute(text, (1,)).fetchone())
    seen["prepared"] = [list(connection.execute(text, (n,), prepare=True).fetchone()) for n in (1, 2, 1)]
    with connection.cursor().copy("copy (select id, email from people where id < 3 order by id) to stdout") as copy:
        seen["copy"] = b"".join(bytes(part) for part in copy).decode()
else:
    import psycopg2

    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    error = psycopg2.Error
    code = lambda e: e.pgcode
    seen["version"] = psycopg2.__version__
    seen["tls"] = connection.info.ssl_in_use
    cancel = connection.cancel
    cursor = connection.cursor()
    cursor.execute(text, (1,))
    seen["text"] = list(cursor.fetchone())
    cursor.execute("prepare one (int) as select id, email, city from people where id = $1")
    seen["prepared"] = []
    for n in (1, 2, 1):
        cursor.execute("execute one (%s)", (n,))
        seen["prepared"].append(list(cursor.fetchone()))
    out = io.StringIO()
    cursor.copy_expert("copy (select id, email from people where id < 3 order by id) to stdout", out)
    seen["copy"] = out.getvalue()


def ask(sql):
    cursor = connection.cursor()
    cursor.execute(sql)
    return cursor.fetchall()


def failed(sql):
    try:
        return ask(sql)
    except error as caught:
        diag = getattr(caught, "diag", None)
        # libpq hands over what came while nothing was asked as a notice.
        notices = "".join(getattr(connection, "notices", []))
        return {"code": code(caught), "message": str(caught) + notices, "hint": getattr(diag, "message_hint", None)}


threading.Timer(0.5, cancel).start()
seen["cancelled"] = failed(slow)["code"]
seen["refused"] = failed("update people set city = 'x'")
seen["after"] = ask("select count(*) from people")[0][0]
print("waiting " + json.dumps(seen), flush=True)
while True:
    time.sleep(0.05)
    ended = failed("select 1")
    if isinstance(ended, dict):
        print("ended " + json.dumps(ended), flush=True)
        break
