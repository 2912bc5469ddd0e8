using System.Collections.Immutable;

namespace GpuInfra.Infra.Common;

/// <summary>The meter, from which the watchdog knows what work is on a machine, the pool's group how much is on all of them, and the keeper which is broken.</summary>
internal static class MeterSource
{
    /// <summary>What the file's path in the bucket begins with.</summary>
    private const string Root = "meter";

    private static readonly Lazy<ImmutableArray<MachineFile>> All = new(() => [new(Root, "meter.sh", EmbeddedText.Read("meter.sh"))]);

    /// <summary>Its file.</summary>
    public static ImmutableArray<MachineFile> Files => All.Value;

    /// <summary>The part of a machine's script that starts it, once the replicas are written; it needs <see cref="MachineFile.Fetcher"/>.</summary>
    /// <param name="isWatched">True where a watchdog reads what it tells.</param>
    /// <param name="isScaled">True where the pool follows load.</param>
    /// <param name="isReplaced">True where a broken machine is replaced.</param>
    public static string Unit(bool isWatched, bool isScaled, bool isReplaced) => $$"""

        # --- Meter -------------------------------------------------------------------------------------------------------------------

        METER=/usr/local/lib/gpuinfra-meter
        retry 10 fetch_files "${METER}" {{string.Join(' ', Files.Select(file => file.Key))}}
        cat > /etc/systemd/system/gpuinfra-meter.service << UNIT
        [Unit]
        Description=Publishes what work is on this machine

        [Service]
        Environment=CLOUD=${CLOUD} REGION=${REGION} FIRST_PORT=${FIRST_PORT}{{(isWatched ? " WATCHED=1" : "")}}{{(isScaled ? " POOL=${POOL} PLACES=${MAX_NUM_SEQS}" : "")}}{{(isReplaced ? " REPLACED=1" : "")}}
        ExecStart=/bin/bash ${METER}/meter.sh
        Restart=always
        RestartSec=60

        [Install]
        WantedBy=multi-user.target
        UNIT
        systemctl daemon-reload
        systemctl enable --now --no-block gpuinfra-meter.service

        """;
}
