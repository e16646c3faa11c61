# Bodies that the daemon reads and the plugin is not shown, and calls that only look as if they had one.

$ docker create --name web bb sleep 60
CONTAINER

# The daemon of an API before 1.24 takes a HostConfig at the start.
$ padded 1048576 '{"Binds":["/:/host"],"PidMode":"host"}' | hidden /v1.23/containers/web/start application/json
authorization denied by plugin cis-authz: policy baseline denies container.start:
  -     opaque-request     the body was not shown to this plugin. Send it as
        application/json, with a Content-Length below 1 MiB; without a body,
        send no Content-Type, or a Content-Length of 0.
decision ID; more: cis-authz explain opaque-request
403

# A form's values go before those of the query.
$ printf 'repo=postgres' | hidden '/v1.41/images/bb/tag?repo=harmless' application/x-www-form-urlencoded
{"message":"authorization denied by plugin cis-authz: policy baseline denies image.tag:
  -     opaque-request     the body was not shown to this plugin, and a form
        would override the query. Send the values in the query alone; without a
        body, send no Content-Type, or a Content-Length of 0.
decision ID; more: cis-authz explain opaque-request"}
403

$ printf 'fromImage=localhost:1/bad' | hidden '/v1.41/images/create?fromImage=bb&tag=1' application/x-www-form-urlencoded
{"message":"authorization denied by plugin cis-authz: policy baseline denies image.pull:
  -     opaque-request     the body was not shown to this plugin, and a form
        would override the query. Send the values in the query alone; without a
        body, send no Content-Type, or a Content-Length of 0.
decision ID; more: cis-authz explain opaque-request"}
403

$ printf 'name=other' | hidden '/v1.41/containers/web/rename?name=web2' application/x-www-form-urlencoded
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.rename:
  -     opaque-request     the body was not shown to this plugin, and a form
        would override the query. Send the values in the query alone; without a
        body, send no Content-Type, or a Content-Length of 0.
decision ID; more: cis-authz explain opaque-request"}
403

$ padded 1048576 '{"User":"root"}' | hidden '/v1.41/commit?container=web&repo=harmless' application/json
{"message":"authorization denied by plugin cis-authz: policy baseline denies container.commit:
  -     opaque-request     the body was not shown to this plugin. Send it as
        application/json, with a Content-Length below 1 MiB; without a body,
        send no Content-Type, or a Content-Length of 0.
decision ID; more: cis-authz explain opaque-request"}
403

$ docker ps --all --format '{{ .Names }} {{ .State }}'; docker images --quiet postgres; docker images --quiet harmless
web created

# Clients that name a type for no body.
$ for call in start restart?t=0 pause unpause kill wait; do
>   api POST "/v1.41/containers/web/$call" '' --header 'Content-Type: application/json'
> done
204
204
204
204
204
{"Error":null,"StatusCode":137}
200

# curl -d ''
$ api POST '/v1.41/containers/web/rename?name=web2' '' --data ''
204

$ api POST /v1.41/containers/prune '' --header 'Content-Type: application/json'
{"ContainersDeleted":["CONTAINER"],"SpaceReclaimed":0}
200
