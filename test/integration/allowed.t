# What people do all day goes through under the built-in baseline.

$ docker run --rm bb echo hello
hello

$ docker run --detach --name web bb sleep 3600
CONTAINER

$ docker exec web id -u
0

$ docker run --rm --user 1000:1000 --read-only --cap-drop ALL --security-opt no-new-privileges bb id -u
1000

# NET_BIND_SERVICE is among what the engine gives every container anyway.
$ docker run --rm --cap-drop ALL --cap-add NET_BIND_SERVICE bb echo bound
bound

# A folder made for the data, by each door.
$ mkdir "$PRIVATE/data-of-app"; echo kept >"$PRIVATE/data-of-app/file"
> docker run --rm -v "$PRIVATE/data-of-app:/data:ro" bb cat /data/file
kept

$ docker run --rm --mount "type=bind,source=$PRIVATE/data-of-app,target=/data" bb cat /data/file
kept

$ docker volume create data
data

$ docker run --rm -v data:/data --mount type=tmpfs,target=/scratch bb sh -c 'echo kept >/data/file'

$ docker run --rm --volume data:/data bb cat /data/file
kept

$ docker update --memory 64m --memory-swap 64m web
web

$ docker create --name published -p 8080:80 --memory 32m --cpus 1 --pids-limit 64 bb true
CONTAINER

$ docker inspect --format '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}' published
33554432 64

# A network of one's own may even be called "hostile": only the word "host" is the host's.
$ docker create --name named --network none --pid container:web bb true
CONTAINER

$ printf 'FROM bb\nRUN true\n' | docker build --quiet --tag built - | cut -c 1-7
sha256:

$ echo text >"$PRIVATE/file"; docker cp "$PRIVATE/file" web:/tmp/file && docker exec web cat /tmp/file
text

$ docker ps --all --format '{{.Names}}' | sort
named
published
web

$ docker rm --force web published named
web
published
named

$ docker volume rm data
data
