namespace GpuInfra.Infra.Common;

/// <summary>When machines on demand stand in for spot, and when they go: the same on both clouds.</summary>
internal static class SpotPatience
{
    /// <summary>Minutes that spot may take to replace what was taken away.</summary>
    public const int ShortMinutes = 10;

    /// <summary>Minutes that spot must be back before the machines that stood in go.</summary>
    public const int BackMinutes = 15;
}
