# Both psycopg majors of Debian against a DSN: masked rows by a parameterised query, then a refused UPDATE.
# argv: DSN. Prints one JSON object a driver.
import json
import sys

import psycopg
import psycopg2

dsn = sys.argv[1]


def ask(name, connection, error):
    cursor = connection.cursor()
    cursor.execute("select id, name, email, city from customers where id <= %s order by id", (3,))
    rows = [list(row) for row in cursor.fetchall()]
    refused = None
    try:
        cursor.execute("update orders set status = 'x' where id = 1")
    except error as caught:
        refused = getattr(caught, "sqlstate", None) or getattr(caught, "pgcode", None)
    connection.rollback()
    cursor.execute("select count(*) from orders")
    print(json.dumps({"client": name, "rows": rows, "refused": refused, "orders": cursor.fetchone()[0]}))
    connection.close()


ask("psycopg2", psycopg2.connect(dsn), psycopg2.Error)
ask("psycopg", psycopg.connect(dsn), psycopg.Error)
