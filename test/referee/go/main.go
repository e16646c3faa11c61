// Command referee tells what the Docker daemon sees in a request: with the daemon's own types and
// decoders for bodies, with its own routes for request targets.
//
// It reads cases from standard input, each a line "body KIND LENGTH" or "target METHOD LENGTH" and
// then that many bytes, and answers each with one line: "refused WHY", or "sees" and the facts that
// the rules of cis-authz judge, sorted. test/referee/facts.c writes the same facts of our reading.
//
// Usage: referee /usr/share/gocode/src < CASES > ANSWERS; with a second argument "fields", it lists
// the fields of the types instead (fields.go).
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
)

// facts are "name=value", with every byte escaped that could be taken for something else.
type facts []string

func escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			strings.IndexByte("-._/:", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func (f *facts) add(name string, values ...string) {
	for i := range values {
		values[i] = escape(values[i])
	}
	*f = append(*f, name+"="+strings.Join(values, ","))
}

func answer(kind, name string, text []byte) string {
	var seen facts
	var err error
	if kind == "body" {
		seen, err = readBody(name, text)
	} else {
		seen, err = readTarget(name, string(text))
	}
	if err != nil {
		return "refused " + escape(err.Error())
	}
	sort.Strings(seen)
	return strings.Join(append([]string{"sees"}, seen...), " ")
}

func run(in *bufio.Reader, out *bufio.Writer) error {
	for {
		line, err := in.ReadString('\n')
		if err == io.EOF && line == "" {
			return out.Flush()
		}
		if err != nil {
			return err
		}
		var kind, name string
		var length int
		if _, err := fmt.Sscanf(line, "%s %s %d\n", &kind, &name, &length); err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
		text := make([]byte, length)
		if _, err := io.ReadFull(in, text); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, answer(kind, name, text)); err != nil {
			return err
		}
	}
}

func main() {
	if len(os.Args) > 2 && os.Args[2] == "fields" {
		listFields()
		return
	}
	err := loadRoutes(os.Args[1] + "/github.com/docker/docker/api/server/router")
	if err == nil {
		err = run(bufio.NewReaderSize(os.Stdin, 1<<16), bufio.NewWriterSize(os.Stdout, 1<<16))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "referee:", err)
		os.Exit(1)
	}
}
