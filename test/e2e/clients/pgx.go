// Debian's pgx against a DSN: masked rows by a prepared statement with binary results, then a refused UPDATE.
// Built with GO111MODULE=off and GOPATH=/usr/share/gocode. Argument: DSN. Prints one JSON object.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/jackc/pgconn"
	"github.com/jackc/pgx/v4"
)

func main() {
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, os.Args[1])
	check(err)
	defer connection.Close(ctx)
	rows, err := connection.Query(ctx, "select id, name, email, city from customers where id <= $1 order by id", 3)
	check(err)
	var all [][]any
	for rows.Next() {
		values, err := rows.Values()
		check(err)
		all = append(all, values)
	}
	check(rows.Err())
	_, err = connection.Exec(ctx, "update orders set status = 'x' where id = 1")
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		check(fmt.Errorf("the update was not refused: %v", err))
	}
	var orders int64
	check(connection.QueryRow(ctx, "select count(*) from orders").Scan(&orders))
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{"client": "pgx", "rows": all, "refused": refused.Code, "orders": orders}))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
