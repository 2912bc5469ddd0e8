using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Infra.Google;

/// <summary>A machine's own disks, which Google counts in pieces of one size.</summary>
internal static class GoogleLocalDisks
{
    /// <summary>What a piece has, in the catalog's figures: 6,000 for the sixteen pieces of an a3-highgpu-8g (Google's "Local SSD disks", read 2026-11-20).</summary>
    private const double Piece = 375;

    /// <summary>The pieces of a machine, at least 1.</summary>
    public static int Count(Machine machine) => Math.Max(1, (int)Math.Round(machine.LocalNvme.TotalGb / Piece));
}
