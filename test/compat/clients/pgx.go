// pgx against a gateway: argument = DSN. Prints one line `waiting {…}` with what it saw, then goes on asking until the
// connection is ended, and prints how. Debian's v4; the newest with the import paths changed to v5.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgconn"
	"github.com/jackc/pgx/v4"
)

const text = "select id, email, city from people where id = $1"

func main() {
	ctx := context.Background()
	config, err := pgx.ParseConfig(os.Args[1])
	check(err)
	connection, err := pgx.ConnectConfig(ctx, config)
	check(err)
	seen := map[string]any{"client": "pgx", "tls": config.TLSConfig != nil}
	row := func(args ...any) []any {
		rows, err := connection.Query(ctx, text, args...)
		check(err)
		defer rows.Close()
		if !rows.Next() {
			check(fmt.Errorf("no row: %v", rows.Err()))
		}
		values, err := rows.Values()
		check(err)
		return values
	}
	seen["text"] = row(pgx.QueryResultFormats{0, 0, 0}, 1)
	seen["binary"] = row(pgx.QueryResultFormats{1, 1, 1}, 1)
	_, err = connection.Prepare(ctx, "one", text)
	check(err)
	prepared := [][]any{}
	for _, n := range []int{1, 2, 1} {
		var id int32
		var email, city string
		check(connection.QueryRow(ctx, "one", n).Scan(&id, &email, &city))
		prepared = append(prepared, []any{id, email, city})
	}
	seen["prepared"] = prepared
	var out bytes.Buffer
	_, err = connection.PgConn().CopyTo(ctx, &out, "copy (select id, email from people where id < 3 order by id) to stdout")
	check(err)
	seen["copy"] = out.String()
	failed := func(sql string) map[string]any {
		_, err := connection.Exec(ctx, sql)
		if err == nil {
			return nil
		}
		var said *pgconn.PgError
		if errors.As(err, &said) {
			return map[string]any{"code": said.Code, "message": said.Message, "hint": said.Hint}
		}
		return map[string]any{"message": err.Error()}
	}
	time.AfterFunc(500*time.Millisecond, func() { check(connection.PgConn().CancelRequest(ctx)) })
	seen["cancelled"] = failed("select count(*) from big a, big b")["code"]
	seen["refused"] = failed("update people set city = 'x'")
	var after int64
	check(connection.QueryRow(ctx, "select count(*) from people").Scan(&after))
	seen["after"] = after
	say("waiting", seen)
	for {
		time.Sleep(50 * time.Millisecond)
		if ended := failed("select 1"); ended != nil {
			say("ended", ended)
			return
		}
	}
}

func say(what string, seen any) {
	line, err := json.Marshal(seen)
	check(err)
	fmt.Println(what, string(line))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
