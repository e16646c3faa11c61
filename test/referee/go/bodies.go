package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/runconfig"
	"github.com/docker/go-units"
)

// What is absent, null, zero or empty is no fact: to the daemon it is all one, but for the lists of
// paths, and for the process limit of an update.

func (f *facts) text(name, value string) {
	if value != "" {
		f.add(name, value)
	}
}

func (f *facts) flag(name string, value bool) {
	if value {
		f.add(name, "true")
	}
}

func (f *facts) number(name string, value int64) {
	if value != 0 {
		f.add(name, strconv.FormatInt(value, 10))
	}
}

func (f *facts) list(name string, values []string) {
	for i, value := range values {
		f.add(fmt.Sprintf("%s[%d]", name, i), value)
	}
}

func (f *facts) override(name string, values []string) {
	if values != nil {
		f.add(name, strconv.Itoa(len(values)))
	}
	f.list(name, values)
}

func (f *facts) pairs(name string, values map[string]string) {
	for key, value := range values {
		f.add(name, key, value)
	}
}

// As volume/mounts/linux_parser.go takes a bind apart. It refuses two words of one kind.
func (f *facts) bind(i int, spec string) error {
	parts := strings.SplitN(spec, ":", 3)
	source, mode := "", ""
	if len(parts) > 1 {
		source = parts[0]
	}
	if len(parts) > 2 {
		mode = parts[2]
	}
	kind := "volume"
	if path.IsAbs(source) {
		kind = "path"
	}
	readOnly, propagation := false, ""
	for _, word := range strings.Split(mode, ",") {
		readOnly = readOnly || word == "ro"
		for _, p := range mount.Propagations {
			if word != string(p) {
				continue
			}
			if propagation != "" {
				return fmt.Errorf("%q: two kinds of propagation", spec)
			}
			propagation = word
		}
	}
	f.add(fmt.Sprintf("mounts[%d]", i), kind, source, strconv.FormatBool(readOnly), propagation)
	return nil
}

// An absolute source is refused by the daemon unless the type is bind, and counts as a path.
func (f *facts) mount(i int, m mount.Mount) {
	kind := "other"
	if m.Type == mount.TypeBind || path.IsAbs(m.Source) {
		kind = "path"
	} else if m.Type == mount.TypeVolume {
		kind = "volume"
	}
	propagation := ""
	if m.BindOptions != nil {
		propagation = string(m.BindOptions.Propagation)
	}
	f.add(fmt.Sprintf("mounts[%d]", i), kind, m.Source, strconv.FormatBool(m.ReadOnly), propagation)
}

// The i-th volume that has a driver or options of its own.
func (f *facts) volume(i *int, driver string, options map[string]string) {
	if driver == "" && len(options) == 0 {
		return
	}
	name := fmt.Sprintf("volumes[%d]", *i)
	f.text(name+".driver", driver)
	f.pairs(name+".options", options)
	*i++
}

func (f *facts) mounts(binds []string, mounts []mount.Mount) error {
	volumes := 0
	for i, bind := range binds {
		if err := f.bind(i, bind); err != nil {
			return err
		}
	}
	for i, m := range mounts {
		f.mount(len(binds)+i, m)
		if m.VolumeOptions != nil && m.VolumeOptions.DriverConfig != nil {
			driver := m.VolumeOptions.DriverConfig
			f.volume(&volumes, driver.Name, driver.Options)
		}
	}
	return nil
}

func (f *facts) ulimits(ulimits []*units.Ulimit) {
	for i, u := range ulimits {
		if u == nil { // null in a list, which we refuse
			continue
		}
		f.add(fmt.Sprintf("ulimits[%d]", i), u.Name, strconv.FormatInt(u.Soft, 10),
			strconv.FormatInt(u.Hard, 10))
	}
}

func (f *facts) resources(r *container.Resources) {
	f.number("cpu_shares", r.CPUShares)
	f.number("memory", r.Memory)
	f.number("memory_swap", r.MemorySwap)
	f.number("nano_cpus", r.NanoCPUs)
	f.number("cpu_period", r.CPUPeriod)
	f.number("cpu_quota", r.CPUQuota)
	f.text("cgroup_parent", r.CgroupParent)
	f.list("device_cgroup_rules", r.DeviceCgroupRules)
	f.flag("oom_kill_disable", r.OomKillDisable != nil && *r.OomKillDisable)
	f.ulimits(r.Ulimits)
	for i, d := range r.Devices {
		f.add(fmt.Sprintf("devices[%d]", i), path.Clean(d.PathOnHost), d.CgroupPermissions)
	}
	for i, d := range r.DeviceRequests {
		f.add(fmt.Sprintf("device_requests[%d]", i), d.Driver)
	}
}

func (f *facts) hostConfig(hc *container.HostConfig) error {
	f.resources(&hc.Resources)
	if hc.PidsLimit != nil {
		f.number("pids_limit", *hc.PidsLimit)
	}
	f.flag("privileged", hc.Privileged)
	f.flag("publish_all_ports", hc.PublishAllPorts)
	f.flag("read_only_rootfs", hc.ReadonlyRootfs)
	f.list("cap_add", hc.CapAdd)
	f.list("cap_drop", hc.CapDrop)
	f.list("security_opt", hc.SecurityOpt)
	f.override("masked_paths", hc.MaskedPaths)
	f.override("readonly_paths", hc.ReadonlyPaths)
	f.list("group_add", hc.GroupAdd)
	f.list("volumes_from", hc.VolumesFrom)
	// The decoder fills in "default".
	if !hc.NetworkMode.IsDefault() {
		f.text("network_mode", string(hc.NetworkMode))
	}
	f.text("pid_mode", string(hc.PidMode))
	f.text("ipc_mode", string(hc.IpcMode))
	f.text("uts_mode", string(hc.UTSMode))
	f.text("userns_mode", string(hc.UsernsMode))
	f.text("cgroupns_mode", string(hc.CgroupnsMode))
	f.text("cgroup", string(hc.Cgroup))
	f.text("runtime", hc.Runtime)
	f.text("volume_driver", hc.VolumeDriver)
	f.text("log_driver", hc.LogConfig.Type)
	f.pairs("sysctls", hc.Sysctls)
	f.pairs("storage_opt", hc.StorageOpt)
	f.number("oom_score_adj", int64(hc.OomScoreAdj))
	f.text("restart_policy", hc.RestartPolicy.Name)
	f.number("restart_retries", int64(hc.RestartPolicy.MaximumRetryCount))
	for port, bindings := range hc.PortBindings {
		if len(bindings) == 0 { // recent engines fill in one without an address and a port
			f.add("port", string(port), "", "")
		}
		for _, b := range bindings {
			f.add("port", string(port), b.HostIP, b.HostPort)
		}
	}
	return f.mounts(hc.Binds, hc.Mounts)
}

func (f *facts) config(c *container.Config) {
	f.text("image", c.Image)
	f.text("user", c.User)
	f.text("working_dir", c.WorkingDir)
	f.list("command", c.Cmd)
	f.list("entrypoint", c.Entrypoint)
	for port := range c.ExposedPorts {
		f.add("exposed_port", string(port))
	}
	if c.Healthcheck != nil {
		f.list("health_test", c.Healthcheck.Test)
	}
}

// The daemon's Decode reads the first value, and leaves what follows.
func decode(body []byte, value interface{}) error {
	return json.NewDecoder(bytes.NewReader(body)).Decode(value)
}

// DecodeConfig would refuse more (network modes that contradict each other, limits that this very
// machine can not set). What is decoded before that is what matters.
func readCreate(body []byte) (f facts, err error) {
	var w runconfig.ContainerConfigWrapper
	if err := decode(body, &w); err != nil {
		return nil, err
	}
	hc, err := runconfig.ContainerDecoder{}.DecodeHostConfig(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if hc != nil {
		err = f.hostConfig(hc)
	}
	if w.Config != nil {
		f.config(w.Config)
	}
	if w.NetworkingConfig != nil {
		for name, endpoint := range w.NetworkingConfig.EndpointsConfig {
			f.add("network", name)
			// It takes the name's place: moby daemon/container_operations.go.
			if endpoint != nil && endpoint.NetworkID != "" {
				f.add("network", endpoint.NetworkID)
			}
		}
	}
	return f, err
}

// A commit takes the settings of the image to be made, and no more, out of the same wrapper. Which
// image the container was made of is no news.
func readCommit(body []byte) (f facts, err error) {
	var w runconfig.ContainerConfigWrapper
	if err := decode(body, &w); err != nil {
		return nil, err
	}
	if w.Config != nil {
		w.Config.Image = ""
		f.config(w.Config)
	}
	return f, nil
}

func readUpdate(body []byte) (f facts, err error) {
	var u container.UpdateConfig
	if err := decode(body, &u); err != nil {
		return nil, err
	}
	f.resources(&u.Resources)
	if u.PidsLimit != nil {
		f.add("pids_limit", strconv.FormatInt(*u.PidsLimit, 10))
	}
	f.text("restart_policy", u.RestartPolicy.Name)
	f.number("restart_retries", int64(u.RestartPolicy.MaximumRetryCount))
	return f, nil
}

func readExec(body []byte) (f facts, err error) {
	var e types.ExecConfig
	if err := decode(body, &e); err != nil {
		return nil, err
	}
	f.flag("exec_privileged", e.Privileged)
	f.text("exec_user", e.User)
	f.text("exec_working_dir", e.WorkingDir)
	f.list("exec_command", e.Cmd)
	return f, nil
}

func readVolume(body []byte) (f facts, err error) {
	var v volume.VolumeCreateBody
	if err := decode(body, &v); err != nil {
		return nil, err
	}
	count := 0
	f.volume(&count, v.Driver, v.DriverOpts)
	return f, nil
}

func readNetwork(body []byte) (f facts, err error) {
	var n types.NetworkCreateRequest
	if err := decode(body, &n); err != nil {
		return nil, err
	}
	f.text("network_driver", n.Driver)
	f.pairs("network_options", n.Options)
	return f, nil
}

func readPrivileges(body []byte) (f facts, err error) {
	var privileges types.PluginPrivileges
	if err := decode(body, &privileges); err != nil {
		return nil, err
	}
	for _, p := range privileges {
		f.add("plugin_privilege", p.Name)
	}
	return f, nil
}

// fold is how daemon/cluster/convert looks a word up: in upper case. Of none of the words it is what it was.
func fold(word string, words ...string) string {
	for _, w := range words {
		if strings.ToUpper(word) == strings.ToUpper(w) {
			return w
		}
	}
	return word
}

// foldMounts does as containerToGRPC does, whose first type is a bind.
func foldMounts(mounts []mount.Mount) {
	for i := range mounts {
		m := &mounts[i]
		m.Type = mount.Type(fold(string(m.Type), "bind", "volume", "tmpfs", "npipe", "cluster"))
		if m.Type == "" {
			m.Type = mount.TypeBind
		}
		if m.BindOptions != nil {
			m.BindOptions.Propagation = mount.Propagation(fold(string(m.BindOptions.Propagation),
				"rprivate", "private", "rshared", "shared", "rslave", "slave"))
		}
	}
}

func (f *facts) containerSpec(c *swarm.ContainerSpec) {
	f.text("image", c.Image)
	f.text("user", c.User)
	f.text("working_dir", c.Dir)
	f.list("command", c.Args)
	f.list("entrypoint", c.Command)
	f.list("group_add", c.Groups)
	f.list("cap_add", c.CapabilityAdd)
	f.list("cap_drop", c.CapabilityDrop)
	f.flag("read_only_rootfs", c.ReadOnly)
	f.pairs("sysctls", c.Sysctls)
	f.ulimits(c.Ulimits)
	foldMounts(c.Mounts)
	f.mounts(nil, c.Mounts)
	if c.Healthcheck != nil {
		f.list("health_test", c.Healthcheck.Test)
	}
	if c.Privileges != nil && c.Privileges.SELinuxContext != nil {
		if c.Privileges.SELinuxContext.Disable {
			f.add("label", "label=disable")
		}
		if t := c.Privileges.SELinuxContext.Type; t != "" {
			f.add("label", "label=type:"+t)
		}
		if l := c.Privileges.SELinuxContext.Level; l != "" {
			f.add("label", "label=level:"+l)
		}
	}
}

func (f *facts) task(t *swarm.TaskSpec) {
	if t.ContainerSpec != nil {
		f.containerSpec(t.ContainerSpec)
	}
	if t.LogDriver != nil {
		f.text("log_driver", t.LogDriver.Name)
	}
	if t.Resources != nil && t.Resources.Limits != nil {
		f.number("memory", t.Resources.Limits.MemoryBytes)
		f.number("nano_cpus", t.Resources.Limits.NanoCPUs)
		f.number("pids_limit", t.Resources.Limits.Pids)
	}
	if t.RestartPolicy != nil {
		f.text("restart_policy", string(t.RestartPolicy.Condition))
		if t.RestartPolicy.MaxAttempts != nil {
			f.number("restart_retries", int64(*t.RestartPolicy.MaxAttempts))
		}
	}
	f.flag("plugin", t.PluginSpec != nil || t.Runtime == swarm.RuntimePlugin)
	if t.PluginSpec != nil {
		f.text("plugin_remote", t.PluginSpec.Remote)
		for _, p := range t.PluginSpec.Privileges {
			if p == nil { // null in a list, which we refuse
				continue
			}
			f.add("plugin_privilege", p.Name)
		}
	}
}

func readService(body []byte) (f facts, err error) {
	var s swarm.ServiceSpec
	if err := decode(body, &s); err != nil {
		return nil, err
	}
	f.text("name", s.Name)
	f.task(&s.TaskTemplate)
	for _, networks := range [][]swarm.NetworkAttachmentConfig{s.Networks, s.TaskTemplate.Networks} {
		for _, n := range networks {
			f.add("network", n.Target)
		}
	}
	if s.EndpointSpec == nil {
		return f, nil
	}
	for _, p := range s.EndpointSpec.Ports {
		protocol := fold(string(p.Protocol), "udp", "sctp")
		if protocol != "udp" && protocol != "sctp" {
			protocol = "tcp" // the first of the list
		}
		f.add("port", fmt.Sprintf("%d/%s", p.TargetPort, protocol), "",
			strconv.Itoa(int(p.PublishedPort)))
	}
	return f, nil
}

func readBody(kind string, body []byte) (facts, error) {
	switch kind {
	case "create":
		return readCreate(body)
	case "commit":
		return readCommit(body)
	case "update":
		return readUpdate(body)
	case "exec":
		return readExec(body)
	case "volume":
		return readVolume(body)
	case "network":
		return readNetwork(body)
	case "privileges":
		return readPrivileges(body)
	case "service":
		return readService(body)
	}
	return nil, errors.New("no such kind of body")
}
