package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/runconfig"
)

// Deep enough for every body; the types of a volume's topology go round in circles.
const deepest = 8

var bodies = []struct {
	call  string
	value interface{}
}{
	{"POST /commit", container.Config{}},
	{"POST /configs/create", swarm.ConfigSpec{}},
	{"POST /containers/create", runconfig.ContainerConfigWrapper{}},
	{"POST /containers/{id}/checkpoints", types.CheckpointCreateOptions{}},
	{"POST /containers/{id}/exec", types.ExecConfig{}},
	{"POST /containers/{id}/update", container.UpdateConfig{}},
	{"POST /exec/{id}/start", types.ExecStartCheck{}},
	{"POST /networks/create", types.NetworkCreateRequest{}},
	{"POST /networks/{id}/connect", types.NetworkConnect{}},
	{"POST /networks/{id}/disconnect", types.NetworkDisconnect{}},
	{"POST /nodes/{id}/update", swarm.NodeSpec{}},
	{"POST /plugins/pull", types.PluginPrivileges{}},
	{"POST /secrets/create", swarm.SecretSpec{}},
	{"POST /services/create", swarm.ServiceSpec{}},
	{"POST /swarm/init", swarm.InitRequest{}},
	{"POST /swarm/join", swarm.JoinRequest{}},
	{"POST /swarm/unlock", swarm.UnlockRequest{}},
	{"POST /swarm/update", swarm.Spec{}},
	{"POST /volumes/create", volume.VolumeCreateBody{}},
}

// listField writes a field as encoding/json knows it, and those below it.
func listField(call string, above []string, field reflect.StructField) {
	name := strings.Split(field.Tag.Get("json"), ",")[0]
	if name == "-" || field.PkgPath != "" {
		return
	}
	if field.Anonymous && name == "" {
		listStruct(call, above, field.Type)
		return
	}
	if name == "" {
		name = field.Name
	}
	path := append(append([]string{}, above...), name)
	fmt.Printf("%s\t%s\n", call, strings.Join(path, "."))
	listStruct(call, path, field.Type)
}

func listStruct(call string, above []string, t reflect.Type) {
	for t.Kind() == reflect.Ptr || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || len(above) == deepest {
		return
	}
	for i := 0; i < t.NumField(); i++ {
		listField(call, above, t.Field(i))
	}
}

// listFields writes every field of every body, in the form of test/data/fields.tsv.
func listFields() {
	fmt.Println("request\tfield")
	for _, body := range bodies {
		listStruct(body.call, nil, reflect.TypeOf(body.value))
	}
}
