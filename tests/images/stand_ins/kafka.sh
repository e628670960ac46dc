#!/bin/bash
# As docker.io/apache/kafka: KAFKA_SOME_NAME becomes some.name, an empty volume is formatted.
set -euo pipefail
file=/tmp/server.properties
env | while IFS='=' read -r name value; do
    case $name in
    KAFKA_*) name=${name#KAFKA_} && name=${name,,} && echo "${name//_/.}=$value" ;;
    esac
done > "$file"
run=(java -Xms128m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp '/opt/kafka/libs/*')
"${run[@]}" kafka.tools.StorageTool format --ignore-formatted --cluster-id "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" --config "$file"
exec "${run[@]}" kafka.Kafka "$file"
