import { imageServices, user, type ImageService } from './image-services.ts'
import { pinnedNodeVersion } from './node-program.ts'

/** A file as it should be in the repository; `file` from its root. */
export interface WrittenFile {
  readonly file: string
  readonly text: string
}

/** Where the Dockerfile of a service is. */
export const dockerfilePath = ({ name }: Pick<ImageService, 'name'>): string => `images/${name}/Dockerfile`

/** The Dockerfiles of all services. */
export const dockerfiles = (): readonly WrittenFile[] =>
  imageServices.map((service) => ({ file: dockerfilePath(service), text: dockerfile(service) }))

/** Of the build stages nothing is in the image but what the last `RUN` has put together: see image-files.ts. */
const dockerfile = (service: ImageService): string => `\
# Made by npm run images -- --dockerfiles from tools/images/dockerfile.ts. Do not edit.
#
# From the root of the repository, with BuildKit, podman or buildah; npm run images does it for all services:
#   docker build --file ${dockerfilePath(service)} --tag ${service.name} .

ARG NODE_IMAGE=docker.io/library/node:${pinnedNodeVersion()}-bookworm-slim

# Of the machine that the image is for: its Node and its libraries are taken from here. Nothing of it is run.
FROM \${NODE_IMAGE} AS system

# Of the machine that builds: images for other machines need no emulation.
FROM --platform=\${BUILDPLATFORM} \${NODE_IMAGE} AS build
WORKDIR /source
COPY . .
RUN npm run build
# Times of all files, in seconds since 1970: the same sources give the same image.
ARG SOURCE_DATE_EPOCH=0
RUN --mount=type=bind,from=system,target=/system npm run images -- --service ${service.name} --system /system --rootfs /rootfs

FROM scratch
COPY --from=build /rootfs/${service.name}/ /
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title=${JSON.stringify(service.title)} \\
      org.opencontainers.image.description=${JSON.stringify(service.description)} \\
      org.opencontainers.image.vendor="odfmo" \\
      org.opencontainers.image.licenses="Apache-2.0" \\
      org.opencontainers.image.version="\${VERSION}" \\
      org.opencontainers.image.revision="\${REVISION}"
USER ${user.id}:${user.id}
ENTRYPOINT ${JSON.stringify(service.entrypoint)}
`
