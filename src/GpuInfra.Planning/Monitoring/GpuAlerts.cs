using System.Collections.Immutable;

namespace GpuInfra.Planning.Monitoring;

/// <summary>
/// What is wrong with GPUs. Thresholds of the seeds' alert table, except that memory is compared with what the engine takes anyway.
/// GPUs are told apart by <c>Hostname</c> and <c>gpu</c>, so that the same rules hold on machines and in clusters.
/// </summary>
internal static class GpuAlerts
{
    // NVIDIA's classes of XID (docs.nvidia.com/deploy/xid-errors, read 2026-11-21): errors of the GPU, its memory or its links, not of a program.
    private const string HardwareXids = "48|63|64|74|79|92|94|95|119|120|140|143";

    public static AlertGroup Group { get; } = new("gpus",
    [
        new("GpuXid", AlertSeverity.Page, TimeSpan.Zero,
            $$"""max by (pool, Hostname, gpu, xid) (DCGM_EXP_XID_ERRORS_COUNT{xid=~"{{HardwareXids}}"}) > 0""",
            "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} ({{ $labels.pool }}) reports XID {{ $labels.xid }}: its hardware fails"),
        new("GpuMissing", AlertSeverity.Page, TimeSpan.FromMinutes(5),
            "count by (pool, Hostname) (DCGM_FI_DEV_GPU_UTIL) < on (pool) group_left () plan:gpus_per_instance",
            "{{ $labels.Hostname }} ({{ $labels.pool }}) sees only {{ $value }} GPUs: one fell off the bus"),
        new("GpuMetricsMissing", AlertSeverity.Ticket, TimeSpan.FromMinutes(10),
            """
            count by (pool) (up{job="node"} == 1)
              > on (pool) (count by (pool) (count by (pool, Hostname) (DCGM_FI_DEV_GPU_UTIL)) or on (pool) 0 * count by (pool) (up{job="node"}))
            """,
            "Machines of {{ $labels.pool }} run and tell nothing of their GPUs: nobody would see them fail"),
        new("GpuEccDoubleBit", AlertSeverity.Page, TimeSpan.Zero,
            "max by (pool, Hostname, gpu) (increase(DCGM_FI_DEV_ECC_DBE_VOL_TOTAL[10m])) > 0",
            "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} ({{ $labels.pool }}) has memory errors that cannot be corrected"),
        new("GpuRowRemapFailure", AlertSeverity.Ticket, TimeSpan.Zero,
            "max by (pool, Hostname, gpu) (DCGM_FI_DEV_ROW_REMAP_FAILURE) > 0",
            "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} ({{ $labels.pool }}) has no spare memory rows left"),
        new("GpuNvlinkErrors", AlertSeverity.Ticket, TimeSpan.FromMinutes(10),
            """
            sum by (pool, Hostname, gpu) (increase(DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL[10m])
              + increase(DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL[10m]) + increase(DCGM_FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_TOTAL[10m])) > 0
            """,
            "Links of GPU {{ $labels.gpu }} of {{ $labels.Hostname }} ({{ $labels.pool }}) send again what was lost"),
        new("GpuHot", AlertSeverity.Ticket, TimeSpan.FromMinutes(5),
            "max by (pool, Hostname, gpu) (DCGM_FI_DEV_GPU_TEMP) > 83",
            "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} ({{ $labels.pool }}) is {{ $value }} °C hot: it is about to slow down"),
        // What has no such sensor reports 2^63 or so.
        new("GpuMemoryHot", AlertSeverity.Ticket, TimeSpan.FromMinutes(5),
            "max by (pool, Hostname, gpu) (DCGM_FI_DEV_MEMORY_TEMP < 200) > 95",
            "Memory of GPU {{ $labels.gpu }} of {{ $labels.Hostname }} ({{ $labels.pool }}) is {{ $value }} °C hot"),
        new("GpuThrottled", AlertSeverity.Ticket, TimeSpan.FromMinutes(5),
            "max by (pool, Hostname, gpu) (increase(DCGM_FI_DEV_THERMAL_VIOLATION[5m])) > 0",
            "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} ({{ $labels.pool }}) is slowed down because it is hot"),
        new("GpuMemoryFull", AlertSeverity.Ticket, TimeSpan.FromMinutes(10),
            """
            max by (pool, Hostname, gpu) (100 * DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE))
              > on (pool) group_left () plan:gpu_memory_percent_most
            """,
            "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} ({{ $labels.pool }}) holds {{ $value | printf \"%.0f\" }} % of its memory, more than the engine takes"),
        new("GpuSaturated", AlertSeverity.Ticket, TimeSpan.FromMinutes(10),
            """
            avg by (pool) (avg_over_time(DCGM_FI_PROF_GR_ENGINE_ACTIVE[10m])) > 0.95
              and on (pool) sum by (pool) (vllm:num_requests_waiting) > 0
            """,
            "{{ $labels.pool }} is busy to the last and requests wait"),
        // A reservation is paid, busy or not.
        new("GpuUnderUtilized", AlertSeverity.Info, TimeSpan.FromMinutes(30),
            """avg by (pool) (avg_over_time(DCGM_FI_DEV_GPU_UTIL[30m])) < 30 unless on (pool) plan:instances{tier="reserved"}""",
            "GPUs of {{ $labels.pool }} do nothing for most of the time ({{ $value | printf \"%.0f\" }} % busy)"),
    ]);
}
