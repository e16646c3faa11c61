package main

import (
	"bufio"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/docker/docker/api/server/router/debug"
	"github.com/gorilla/mux"
)

// As api/server/server.go has it.
const versionMatcher = "/v{version:[0-9.]+}"

// In the order of cmd/dockerd/daemon.go.
var routers = []string{
	"checkpoint", "container", "image", "system", "volume", "build", "session", "swarm", "plugin",
	"distribution", "grpc", "network",
}

// The parameters that are read into the intent.
var parameters = []string{
	"cgroupparent", "changes", "checkpoint-dir", "dir", "extrahosts", "fromImage", "name",
	"networkmode", "nocache", "pull", "remote", "repo", "securityopt", "t", "tag",
}

var routes = mux.NewRouter()

var (
	newRoute = regexp.MustCompile("^New(Get|Head|Post|Put|Delete|Options)Route$")
	variable = regexp.MustCompile(`\{(\w+)`)
)

// reached is the response of a request that was routed.
type reached struct {
	status int
	seen   facts
}

func (r *reached) Header() http.Header            { return http.Header{} }
func (r *reached) Write(text []byte) (int, error) { return len(text), nil }
func (r *reached) WriteHeader(status int)         { r.status = status }

// A part that is missing counts as 0, and so does one that is no number (api/types/versions).
func versionPart(version string, i int) string {
	n := 0
	if parts := strings.Split(version, "."); i < len(parts) {
		n, _ = strconv.Atoi(parts[i])
	}
	return strconv.Itoa(n)
}

func handler(method, pattern string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &w.(*reached).seen
		seen.add("route", method, pattern)
		vars := mux.Vars(r)
		if object := variable.FindStringSubmatch(pattern); object != nil {
			seen.text("object", vars[object[1]])
		}
		if version, ok := vars["version"]; ok {
			seen.add("version", versionPart(version, 0), versionPart(version, 1))
		}
		// Not every handler asks for the form; those that do refuse a bad one.
		seen.flag("bad_form", r.ParseForm() != nil)
		for _, name := range parameters {
			for i, value := range r.Form[name] {
				seen.add(fmt.Sprintf("?%s[%d]", name, i), value)
			}
		}
	})
}

func addRoute(node ast.Node) bool {
	call, ok := node.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return true
	}
	function, isSelector := call.Fun.(*ast.SelectorExpr)
	literal, isLiteral := call.Args[0].(*ast.BasicLit)
	if !isSelector || !isLiteral {
		return true
	}
	name := newRoute.FindStringSubmatch(function.Sel.Name)
	pattern, err := strconv.Unquote(literal.Value)
	if name == nil || err != nil {
		return true
	}
	method := strings.ToUpper(name[1])
	h := handler(method, pattern)
	routes.Path(versionMatcher + pattern).Methods(method).Handler(h)
	routes.Path(pattern).Methods(method).Handler(h)
	return true
}

// loadRoutes takes the patterns from the sources: the routers themselves need half of the daemon.
func loadRoutes(dir string) error {
	for _, router := range routers {
		packages, err := parser.ParseDir(token.NewFileSet(), dir+"/"+router, func(f fs.FileInfo) bool {
			return !strings.HasSuffix(f.Name(), "_test.go")
		}, 0)
		if err != nil {
			return err
		}
		for _, p := range packages {
			ast.Inspect(p, addRoute)
		}
	}
	for _, r := range debug.NewRouter().Routes() {
		routes.Path("/debug" + r.Path()).Handler(handler("ANY", "/debug"+r.Path()))
	}
	return nil
}

func readTarget(method, target string) (facts, error) {
	text := method + " " + target + " HTTP/1.1\r\nHost: docker\r\n\r\n"
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
	if err != nil {
		return nil, err
	}
	if r.RequestURI != target {
		return nil, errors.New("not one line")
	}
	w := &reached{}
	routes.ServeHTTP(w, r)
	if w.seen == nil {
		return nil, fmt.Errorf("status %d", w.status)
	}
	return w.seen, nil
}
