// Command profile asks for containers with the engine's own profile of system calls, and with what
// would be wider: one question of the daemon's to an authorization plugin a line.
//
// Usage: profile allowed DEFAULT.JSON: the profile as the engine's code has it, as its file has it, and
// as it is resolved for a container. Or profile denied: each call of it that only some containers may
// make, or on a condition only, without that; and each condition doubled by one that always holds.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/docker/docker/profiles/seccomp"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// What the engine gives to a container.
var usual = []string{
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID",
	"CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
	"CAP_AUDIT_WRITE",
}

// What later engines give to everybody.
var later = map[string]bool{"name_to_handle_at": true, "process_vm_readv": true, "process_vm_writev": true}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "profile:", err)
		os.Exit(1)
	}
}

func text(value interface{}) []byte {
	bytes, err := json.Marshal(value)
	must(err)
	return bytes
}

func ask(profile []byte) {
	body := text(map[string]interface{}{
		"Image":      "web:1",
		"HostConfig": map[string]interface{}{"SecurityOpt": []string{"seccomp=" + string(profile)}},
	})
	fmt.Println(string(text(map[string]interface{}{
		"RequestMethod": "POST",
		"RequestUri":    "/v1.41/containers/create?name=web",
		"RequestHeaders": map[string]string{
			"Content-Type": "application/json", "Content-Length": fmt.Sprint(len(body)),
		},
		"RequestBody": body,
	})))
}

func allowed(file string) {
	bytes, err := os.ReadFile(file)
	must(err)
	ask(bytes)
	ask(text(seccomp.DefaultProfile()))

	resolved, err := seccomp.GetDefaultProfile(&specs.Spec{
		Process: &specs.Process{Capabilities: &specs.LinuxCapabilities{Bounding: usual}},
	})
	must(err)
	ask(text(resolved))
}

func isUsual(caps []string) bool {
	for _, c := range caps {
		found := false
		for _, u := range usual {
			found = found || c == u
		}
		if !found {
			return false
		}
	}
	return true
}

func alone(name string, args []*specs.LinuxSeccompArg) {
	ask(text(&seccomp.Seccomp{
		DefaultAction: specs.ActErrno,
		Syscalls: []*seccomp.Syscall{{
			Names: []string{name}, Action: specs.ActAllow, Args: args,
		}},
	}))
}

// Calls that everybody may make in some entry are no one's privilege.
func denied() {
	entries := seccomp.DefaultProfile().Syscalls
	free := map[string]bool{}
	for _, e := range entries {
		for _, name := range e.Names {
			free[name] = free[name] || e.Action == specs.ActAllow && len(e.Args) == 0 && isUsual(e.Includes.Caps)
		}
	}
	for _, e := range entries {
		for _, name := range e.Names {
			if free[name] || later[name] || e.Action != specs.ActAllow {
				continue
			}
			alone(name, nil)
			for _, arg := range e.Args {
				alone(name, []*specs.LinuxSeccompArg{arg, {Index: arg.Index, Op: specs.OpGreaterEqual}})
			}
		}
	}
}

func main() {
	if os.Args[1] == "allowed" {
		allowed(os.Args[2])
	} else {
		denied()
	}
}
