# Image of the service; needs BuildKit, which Docker has used by default since release 23.
#
#     docker build -t discretizer .                  builds from source
#     mvn package
#     docker build -t discretizer --build-arg JAR_FROM=prebuilt --network=none .
#                                                    takes jar and libraries from target/, and needs no network
#
# Nothing depends on the machine's architecture: with --platform=linux/amd64,linux/arm64 each image gets its own AOT cache.
# Stages after the jar run no program of the base image except java.

ARG MAVEN_IMAGE=maven:3.9-eclipse-temurin-25
ARG JRE_IMAGE=eclipse-temurin:25-jre
# source or prebuilt, the two stages below; BuildKit skips the other one.
ARG JAR_FROM=source

FROM ${MAVEN_IMAGE} AS source
ARG REVISION=
WORKDIR /build
COPY pom.xml ./
COPY src/main src/main
# The commit for /actuator/info, as the build context has no .git.
RUN test -z "${REVISION}" || echo "git.commit.id=${REVISION}" > src/main/resources/git.properties
RUN --mount=type=cache,target=/build/.m2 mvn -B -ntp -Dmaven.repo.local=.m2 -Dmaven.test.skip=true -Dexec.skip package

FROM scratch AS prebuilt
COPY target/discretizer-*.jar /build/target/
COPY target/lib /build/target/lib/

FROM ${JAR_FROM} AS jar

# Layers that rarely change come first: libraries, then the service, then the AOT cache trained with both.
FROM ${JRE_IMAGE} AS base
WORKDIR /app
COPY --from=jar /build/target/lib/ lib/
COPY --from=jar /build/target/discretizer-*.jar discretizer.jar
COPY jvm.options ./

# Trained on the files of the image itself, since a cache is valid only for them, not even for a copy with a later date. The
# collector is that of jvm.options, which itself names the cache to read. Java says nothing when it refuses a cache, unless
# asked not to start without: then the second step fails.
FROM base AS trained
RUN ["java", "-XX:+UseParallelGC", "-XX:AOTCacheOutput=/app/discretizer.aot", "-jar", "discretizer.jar", "--spring.profiles.active=training"]
RUN ["java", "@jvm.options", "-XX:AOTCache=/app/discretizer.aot", "-XX:AOTMode=on", "-Dspring.context.exit=onRefresh", "-jar", "/app/discretizer.jar"]

FROM base
COPY --from=trained /app/discretizer.aot ./

ARG VERSION=0.2.0
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.title="Discretizer" \
      org.opencontainers.image.description="sinabs' discretize module for DYNAP-CNN and Speck chips as a REST service: the same integers, explained" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"

# A numeric user, so that runAsNonRoot can be checked; it owns no files and needs no entry in /etc/passwd.
USER 10001:10001
# The service writes only to /tmp, so the root file system may be read-only.
ENV HOME=/tmp
# With the profiles in the cache this suffices to be ready; the warm-up goes on after that, until a client comes.
ENV DISCRETIZER_WARMUP_TIME=750ms
EXPOSE 8080 8081
STOPSIGNAL SIGTERM

# Starts a small JVM, which takes 0.06 s of processor time, and needs neither curl nor a shell.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx8m", "-cp", "/app/discretizer.jar", "dev.discretizer.web.server.ReadyProbe"]

# The heap is set here and not in jvm.options, as it depends on the container's memory; with 75 % of 512 MiB, 64 clients
# with 64 MiB each caused a prototype to be killed. Not in JAVA_TOOL_OPTIONS, which is left to the operator: -Xmx there
# overrides the percentage, as the chart does where the memory allows more. Arguments are properties: --discretizer.limits.body=64MB
ENTRYPOINT ["java", "@/app/jvm.options", "-XX:MaxRAMPercentage=55", "-XX:AOTCache=/app/discretizer.aot", "-jar", "/app/discretizer.jar"]
