# The program and its shared libraries, and nothing else: no shell, no package manager, no other file.
#
#   docker build --tag cis-authz .
#
# BASE is any Debian 12; where the packages of `scripts/need-packages build` are in it, nothing is downloaded.
ARG BASE=debian:12
FROM $BASE AS build
COPY scripts/need-packages /source/scripts/need-packages
RUN /source/scripts/need-packages build
COPY . /source
RUN meson setup /build /source --buildtype=release -Db_lto=true -Dtests=disabled && ninja -C /build && \
	/source/packaging/image-root /build/cis-authz /image

FROM scratch
COPY --from=build /image /
# check, eval and rules need nobody's rights. serve is run with --user 0: the daemon looks for sockets in a folder
# where only root can make them, and whoever else could, could answer in the plugin's place.
USER 65534:65534
ENTRYPOINT ["/usr/bin/cis-authz"]
CMD ["--help"]
