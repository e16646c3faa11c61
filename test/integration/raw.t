# The same dangers, spelled as no docker client would spell them.

$ api POST /v1.41/containers/create?name=bad '{"image":"bb","hostconfig":{"privileged":true}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  5.4   privileged         hostconfig.privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4"}
403

# U+017F folds to s, and U+212A to k, in the daemon's eyes.
$ api POST /v1.41/containers/create?name=bad '{"Image":"bb","HoſtConfig":{"Networ\u212aMode":"host"}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  5.9   host-network       [\"HoſtConfig\"][\"NetworKMode\"] is \"host\". Remove
        --network host. Ports can be published instead.
  try: docker run without --network host
decision ID; more: cis-authz explain 5.9"}
403

$ api POST /v1.41/containers/create?name=bad '{"Image":"bb","HostConfig":{"Privi\u006ceged":true}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4"}
403

# The daemon would merge the two.
$ api POST /v1.41/containers/create?name=bad '{"Image":"bb","HostConfig":{"Privileged":true},"HostConfig":{}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  -     opaque-request     HostConfig stands twice, and the daemon would merge
        both. Send each key once.
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  no option settles opaque-request; for the others: docker run without
       --privileged
decision ID; more: cis-authz explain opaque-request"}
403

$ api POST /v1.41/containers/create?name=bad '{"Image":"bb","HostConfig":{"Privileged":false,"privileged":true}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  -     opaque-request     HostConfig.privileged stands twice, and the daemon
        would merge both. Send each key once.
  5.4   privileged         HostConfig.privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  no option settles opaque-request; for the others: docker run without
       --privileged
decision ID; more: cis-authz explain opaque-request"}
403

# Daemons before 27.2 take the fields of HostConfig here too.
$ api POST /v1.41/containers/create?name=bad '{"Image":"bb","Privileged":true}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  -     opaque-request     Privileged stands beside HostConfig: engines before
        27 obey it there, later ones do not. Move it into HostConfig.
  5.4   privileged         Privileged is true. Remove --privileged. Single
        capabilities can be added instead.
  no option settles opaque-request; for the others: docker run without
       --privileged
decision ID; more: cis-authz explain opaque-request"}
403

$ api POST /v1.41/containers/create?name=bad '{"Image":"bb","Binds":["/etc:/x"]}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  -     opaque-request     Binds stands beside HostConfig: engines before 27
        obey it there, later ones do not. Move it into HostConfig.
  5.5   sensitive-mounts   Binds[0] mounts /etc of the host. Remove -v or
        --mount of /etc. A directory made for this data will do, or a named
        volume. (policy: sensitive-mounts allow)
  -     self-protection    Binds[0] lets the container reach /etc/cis-authz, by
        which this plugin is kept in force. Remove -v or --mount of /etc.
  no option settles opaque-request; for the others: docker run without -v or
       --mount of /etc
decision ID; more: cis-authz explain opaque-request"}
403

$ api POST /v1.41/containers/create?name=bad '{"Image":"bb","HostConfig":{"CapAdd":"ALL"}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  5.3   capabilities       HostConfig.CapAdd adds ALL. Remove --cap-add ALL.
        (policy: capabilities allow)
  try: docker run without --cap-add ALL
decision ID; more: cis-authz explain 5.3"}
403

$ api POST /v1.41/containers/create?name=bad '{"Image":"bb","HostConfig":{"Privileged":true}}' --header 'Transfer-Encoding: chunked'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4"}
403

# The daemon hides a body of a megabyte and more from its plugins, and acts on it all the same.
$ api POST /v1.41/containers/create?name=bad "$(padded 1048576 '{"Image":"bb","HostConfig":{"Privileged":true}}')"
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create:
  -     opaque-request     the body was not shown to this plugin. Send it as
        application/json, with a Content-Length below 1 MiB.
decision ID; more: cis-authz explain opaque-request"}
403

$ api POST /v1.41/containers/create?name=bad '{"Image":"bb"} {"HostConfig":{"Privileged":true}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create:
  -     opaque-request     the body cannot be read: it has something behind the
        end of the JSON value, at byte 15. Send one valid JSON value.
decision ID; more: cis-authz explain opaque-request"}
403

$ api POST /v1.41/containers/create?name=bad '{"Image":"bb","HostConfig":{"Binds":["/safe\u0000/../etc:/x"]}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create:
  -     opaque-request     the body cannot be read: it has a NUL character in a
        string, at byte 49. Send one valid JSON value.
decision ID; more: cis-authz explain opaque-request"}
403

# Other spellings of the same call.
$ api POST /v1.41/containers/%63reate?name=bad '{"Image":"bb","HostConfig":{"Privileged":true}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4"}
403

$ api POST /v1.41/containers%2fcreate?name=bad '{"Image":"bb","HostConfig":{"Privileged":true}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4"}
403

$ api POST /%76%31.41/containers/create?name=bad '{"Image":"bb","HostConfig":{"Privileged":true}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4"}
403

$ api POST /containers/create?name=bad '{"Image":"bb","HostConfig":{"Privileged":true}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4"}
403

$ api POST /v01.041/containers/create?name=bad '{"Image":"bb","HostConfig":{"Privileged":true}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4"}
403

$ api POST /v1.41/containers/create?name=bad '{"Image":"bb","HostConfig":{"Privileged":true}}' --request-target 'http://docker/v1.41/containers/create?name=bad'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create of \"bad\":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4"}
403

# Before API 1.24 a start could bring another HostConfig.
$ docker create --name made bb true
CONTAINER

$ api POST /v1.23/containers/made/start '{"Privileged":true}'
authorization denied by plugin cis-authz: policy baseline denies container.start:
  -     opaque-request     the body would replace the container's settings at
        start. Send none; give the settings when the container is created.
  -     opaque-request     Privileged stands beside HostConfig: engines before
        27 obey it there, later ones do not. Move it into HostConfig.
  5.4   privileged         Privileged is true. Remove --privileged. Single
        capabilities can be added instead.
decision ID; more: cis-authz explain opaque-request
403

$ docker inspect --format '{{.HostConfig.Privileged}} {{.State.Status}}' made
false created

# A parameter in a form comes before the one in the target, and is not shown to the plugin.
$ CONTENT_TYPE=application/x-www-form-urlencoded api POST /v1.41/containers/made/rename?name=good name=other
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.rename:
  -     opaque-request     the Content-Type is that of a form, whose values
        would override the query. Send the values in the query alone.
decision ID; more: cis-authz explain opaque-request"}
403

# Without this header the daemon does not show the body, and older ones act on it.
$ CONTENT_TYPE= api POST /v1.41/containers/create?name=bad '{"Image":"bb","HostConfig":{"Privileged":true}}'
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.create:
  -     opaque-request     the body was not shown to this plugin. Send it as
        application/json, with a Content-Length below 1 MiB.
decision ID; more: cis-authz explain opaque-request"}
403

# A call that the daemon does not have never reaches the plugin.
$ api POST /v1.41/containers/made/levitate
{"message":"page not found"}
404

# Written plainly, the call is allowed: what was refused above is the danger, not the spelling.
$ api POST /v1.41/containers/create?name=plain '{"image":"bb","hostconfig":{"privileged":false}}'
{"Id":"CONTAINER","Warnings":[]}
201

$ docker ps --all --format '{{.Names}}' | sort
made
plain

$ docker rm made plain
made
plain
