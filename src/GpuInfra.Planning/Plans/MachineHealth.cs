namespace GpuInfra.Planning.Plans;

/// <summary>What becomes of a serving's machines that are broken. It changes no pool.</summary>
/// <param name="Replaces">Whether a machine whose GPU or engine is broken is replaced without anybody asking. Default: no, people are told.</param>
public sealed record MachineHealth(bool Replaces);
