// The application with pgx v5: statements prepared and cached by the driver, values in binary.
package main

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

var (
	background = context.Background()
	warnings   []string
	failed     int
	number     int
)

func text(name string) string { return os.Getenv("APP_" + name) }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func expect(got, wanted any) {
	if !reflect.DeepEqual(got, wanted) {
		panic(fmt.Errorf("%#v is not %#v", got, wanted))
	}
}

func code(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return fmt.Sprint(err)
}

func step(name string, run func()) {
	number++
	defer func() {
		if err := recover(); err != nil {
			failed++
			fmt.Printf("not ok %d - %s\n# %s\n", number, name, strings.ReplaceAll(fmt.Sprint(err), "\n", "\n# "))
			return
		}
		fmt.Printf("ok %d - %s\n", number, name)
	}()
	run()
}

func connect(password string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(os.Getenv("APP_URL"))
	must(err)
	config.Password = password
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { warnings = append(warnings, n.Code) }
	return pgx.ConnectConfig(background, config)
}

type sample struct {
	ID   int64
	Flag bool
	N    int64
	F    float64
	S    string
	B    []byte
	U    pgtype.UUID
	D    time.Time
	T    pgtype.Time
	Ts   time.Time
	Tz   time.Time
	I    pgtype.Interval
	Ns   []int64
	Ss   []string
	M    pgtype.Numeric
}

var sent = sample{1, true, 4294967296123, -0.25, `Zoë "q" \ 雪`, []byte{0, 255, 39, 92},
	pgtype.UUID{Bytes: [16]byte{0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78}, Valid: true},
	time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), pgtype.Time{Microseconds: 45296789012, Valid: true},
	time.Date(2024, 2, 29, 12, 34, 56, 789012000, time.UTC), time.Date(2024, 2, 29, 12, 34, 56, 789012000, time.UTC),
	pgtype.Interval{Days: 2, Microseconds: 11045000000, Valid: true}, []int64{1, -2, 3}, []string{"a", `b,"c"`, ""},
	pgtype.Numeric{Int: big.NewInt(125), Exp: -1, Valid: true}}

// Numbers are text in the simple protocol, binary in the others.
func samples(conn *pgx.Conn, mode pgx.QueryExecMode) {
	s := sent
	_, err := conn.Exec(background, text("SAMPLE"), mode, s.ID, s.Flag, s.N, s.F, s.S, s.B, s.U, s.D, s.T, s.Ts, s.Tz, s.I, s.Ns, s.Ss, s.M)
	must(err)
	rows, _ := conn.Query(background, text("SAMPLE_READ"), mode, int64(1))
	got, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[sample])
	must(err)
	got.Tz = got.Tz.UTC()
	expect(got, sent)
	expect(one[string](conn, "SAMPLE_TEXT"), text("SAMPLE_EXPECTED"))
	exec(conn, text("SAMPLE_DROP"))
}

func exec(conn *pgx.Conn, query string, arguments ...any) {
	_, err := conn.Exec(background, query, arguments...)
	must(err)
}

func one[T any](conn *pgx.Conn, name string, arguments ...any) T {
	rows, _ := conn.Query(background, text(name), arguments...)
	value, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	must(err)
	return value
}

func main() {
	var conn *pgx.Conn
	fmt.Printf("# version 5.5.5\n# connection %s\n", os.Getenv("APP_URL"))
	step("connects with TLS and SCRAM", func() {
		var err error
		conn, err = connect("secret")
		must(err)
		expect(one[int64](conn, "ONE"), int64(1))
	})
	step("is refused with a wrong password", func() {
		_, err := connect("wrong")
		expect(code(err), "28P01")
	})
	step("declares labels", func() {
		for _, statement := range strings.Split(text("LABELS"), ";") {
			exec(conn, statement)
		}
	})
	step("loads 1000 nodes in bulk", func() {
		rows := pgx.CopyFromSlice(1000, func(i int) ([]any, error) {
			return []any{int64(i + 1), fmt.Sprintf("n%d", i+1)}, nil
		})
		_, err := conn.CopyFrom(background, pgx.Identifier{"Person"}, []string{"id", "name"}, rows)
		must(err)
		var count, total int64
		must(conn.QueryRow(background, text("COUNT")).Scan(&count, &total))
		expect([]int64{count, total}, []int64{1000, 500500})
	})
	step("takes parameters of every type in text", func() { samples(conn, pgx.QueryExecModeExec) })
	step("takes parameters of every type in binary", func() { samples(conn, pgx.QueryExecModeCacheStatement) })
	step("decodes a node, an edge and a path", func() { elements(conn) })
	step("runs a prepared statement ten times", func() {
		_, err := conn.Prepare(background, "by_id", text("NAME"))
		must(err)
		batch := &pgx.Batch{}
		for i := 1; i <= 10; i++ {
			batch.Queue("by_id", int64(i))
		}
		results := conn.SendBatch(background, batch)
		for i := 1; i <= 10; i++ {
			var name string
			must(results.QueryRow().Scan(&name))
			expect(name, fmt.Sprintf("n%d", i))
		}
		must(results.Close())
	})
	step("commits and rolls back", func() { commits(conn) })
	step("tries again after 40001", func() { retries(conn) })
	step("goes back to a savepoint", func() { savepoint(conn) })
	step("fetches 1000 rows piece by piece", func() { pieces(conn) })
	step("cancels a long query", func() { cancels(conn) })
	step("receives a warning", func() {
		_, err := conn.PgConn().Exec(background, text("WARNING")).ReadAll()
		must(err)
		expect(warnings, []string{"25P01"})
	})
	step("tells SQLSTATE, position and constraint", func() {
		var e *pgconn.PgError
		_, err := conn.Exec(background, text("SYNTAX"))
		errors.As(err, &e)
		expect([]any{e.Code, e.Position}, []any{"42601", int32(20)})
		_, err = conn.Exec(background, text("DUPLICATE"))
		errors.As(err, &e)
		expect([]any{e.Code, e.ConstraintName}, []any{"23505", "Person_pkey"})
	})
	step("connects again after the session ended", func() {
		exec(conn, text("IDLE"))
		time.Sleep(500 * time.Millisecond)
		_, err := conn.Exec(background, text("ONE"))
		expect(err != nil, true)
		conn, err = connect("secret")
		must(err)
		expect(one[int64](conn, "ONE"), int64(1))
	})
	fmt.Printf("1..%d\n", number)
	if failed > 0 {
		os.Exit(1)
	}
}

type element struct {
	ID         int64
	Start      int64
	Label      string
	Labels     []string
	Properties map[string]any
	Nodes      []element
	Edges      []element
}

func elements(conn *pgx.Conn) {
	var node, edge, path element
	exec(conn, text("EDGE"))
	must(conn.QueryRow(background, text("ELEMENTS")).Scan(&node, &edge, &path))
	expect([]any{node.Labels, node.Properties["name"]}, []any{[]string{"Person"}, "n1"})
	expect([]any{edge.Label, edge.Properties["since"], edge.Start}, []any{"KNOWS", 1843.0, node.ID})
	expect([]int{len(path.Nodes), len(path.Edges)}, []int{2, 1})
}

func exists(conn *pgx.Conn, id int64) bool {
	var name string
	return conn.QueryRow(background, text("NAME"), id).Scan(&name) == nil
}

func commits(conn *pgx.Conn) {
	tx, err := conn.Begin(background)
	must(err)
	exec(conn, text("PERSON"), int64(2001), "gone")
	must(tx.Rollback(background))
	tx, err = conn.Begin(background)
	must(err)
	exec(conn, text("PERSON"), int64(2002), "stays")
	must(tx.Commit(background))
	expect([]bool{exists(conn, 2001), exists(conn, 2002)}, []bool{false, true})
}

func retries(conn *pgx.Conn) {
	other, err := connect("secret")
	must(err)
	defer other.Close(background)
	var failures []string
	for attempt := 0; attempt < 3; attempt++ {
		err := pgx.BeginTxFunc(background, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
			var visits *int64
			must(tx.QueryRow(background, text("VISITS")).Scan(&visits))
			if attempt == 0 {
				exec(other, text("VISIT"))
			}
			_, err := tx.Exec(background, text("VISIT"))
			return err
		})
		if err == nil {
			break
		}
		failures = append(failures, code(err))
	}
	expect(failures, []string{"40001"})
	expect(one[int64](conn, "VISITS"), int64(2))
}

func savepoint(conn *pgx.Conn) {
	tx, err := conn.Begin(background)
	must(err)
	exec(conn, text("PERSON"), int64(2003), "stays")
	inner, err := tx.Begin(background)
	must(err)
	_, err = inner.Exec(background, text("DUPLICATE"))
	expect(code(err), "23505")
	must(inner.Rollback(background))
	must(tx.Commit(background))
	expect(exists(conn, 2003), true)
}

func pieces(conn *pgx.Conn) {
	tx, err := conn.Begin(background)
	must(err)
	exec(conn, "DECLARE pieces CURSOR FOR "+text("IDS"))
	next := int64(1)
	for {
		rows, _ := conn.Query(background, "FETCH FORWARD 100 FROM pieces")
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		must(err)
		if len(ids) == 0 {
			break
		}
		for _, id := range ids {
			expect(id, next)
			next++
		}
	}
	expect(next, int64(1001))
	must(tx.Commit(background))
}

// pgx closes a connection whose context ends; a cancel request leaves it open.
func cancels(conn *pgx.Conn) {
	go func() {
		time.Sleep(300 * time.Millisecond)
		must(conn.PgConn().CancelRequest(background))
	}()
	_, err := conn.Exec(background, text("LONG"))
	expect(code(err), "57014")
	expect(one[int64](conn, "ONE"), int64(1))
}
