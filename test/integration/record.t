# What the daemon asks is recorded without secrets, and judged later by another policy as it would have been then.

$ plugin_stop; : >"$PRIVATE/decisions"; plugin_start --record "$PRIVATE/recording"

$ stat --format '%a %U' "$PRIVATE/recording"
600 root

# Secrets at every door that a client has for them.
$ docker create --name with-env --env PASSWORD=Geheimnis --label key=Geheimnis bb sh -c 'sleep 600; mysql -pGeheimnis' | wc -l
1

$ docker create --name with-health --health-cmd 'curl -u u:Geheimnis h' bb true | wc -l
1

$ docker create --name bad --privileged --env PASSWORD=Geheimnis bb true 2>&1 | head -n 1
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":

$ docker volume create --driver local --opt type=cifs --opt device=//h/s --opt o=username=u,password=Geheimnis share
share

$ docker start with-env >/dev/null; docker exec --env TOKEN=Geheimnis with-env echo -pGeheimnis >/dev/null

$ docker commit --change 'ENV A=Geheimnis' --message Geheimnis with-env made >/dev/null; docker image rm made >/dev/null

$ docker login --username u --password Geheimnis 127.0.0.1:1 >/dev/null 2>&1
[1]

$ api POST /secrets/create '{"Name":"s","Data":"R2VoZWltbmlz","Labels":{"a":"Geheimnis"}}' >/dev/null

$ api POST /containers/create '{"Env":["Geheimnis"],"Image":' >/dev/null

$ api POST /containers/create '{"Image":"bb","env":["Geheimnis"],"ENV":["Geheimnis"]}' >/dev/null

$ docker rm --force with-env with-health >/dev/null; docker volume rm share >/dev/null

# None is in the file, neither in its lines nor in the bodies that they hold in base64.
$ grep -c -i -e Geheimnis -e R2VoZWltbmlz "$PRIVATE/recording"
0
[1]

$ bodies "$PRIVATE/recording" | grep -c -i -e Geheimnis -e R2VoZWltbmlz
0
[1]

# Each recorded call is judged as it was when it was made.
$ verdicts <"$PRIVATE/decisions" >"$PRIVATE/live"
> "$CIS_AUTHZ" eval --format json "$PRIVATE/recording" | verdicts >"$PRIVATE/replayed"
> diff "$PRIVATE/live" "$PRIVATE/replayed" && [ -s "$PRIVATE/live" ] && echo alike
alike

# What another policy would have made of them, and what the decision log alone can tell.
$ printf 'version: 1\nprofile: none\nrules: { health-check: deny }\n' >"$PRIVATE/new.yaml"
> printf 'version: 1\n' >"$PRIVATE/old.yaml"
> "$CIS_AUTHZ" eval --policy "$PRIVATE/new.yaml" --against "$PRIVATE/old.yaml" "$PRIVATE/recording" |
> sed -n -e '/newly denied, by/,/such as/p' -e '/newly allowed, by/,/such as/p'
newly denied, by rule (a call counts under each rule that speaks against it):
        health-check           1 call
      users:  (no name) (1)
      images: bb (1)
      such as container.create POST /v1.41/containers/create?name=with-env

$ grep '"decision"' "$PRIVATE/decisions" >"$PRIVATE/log"
> "$CIS_AUTHZ" eval --policy "$PRIVATE/new.yaml" "$PRIVATE/log" | sed -n '/not judged/,$p'
not judged: decision records hold no bodies, and these rules read them. Under the policy of the records
they may have been off, or found nothing. Record requests with serve --record FILE to know:
        health-check           6 calls

# A recording that others could read is refused.
$ plugin_stop; chmod 644 "$PRIVATE/recording"; timeout 10 "$CIS_AUTHZ" serve --record "$PRIVATE/recording"
$PRIVATE/recording: error: can be read or written by others than its owner; a recording shows who does what on this host. Run chmod 600, or name a new file
[1]

$ rm "$PRIVATE/recording"; plugin_start
