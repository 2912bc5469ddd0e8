namespace GpuInfra.Planning.Plans.Ledgers;

/// <summary>
/// How much an account may start at once in a region. AWS counts vCPUs per family, spot apart; Google Cloud counts GPUs per type, preemptible
/// ones apart. A quota is permission, not capacity.
/// </summary>
/// <param name="Grant">Where it holds, how large it is, and who was given how much of it.</param>
/// <param name="Code">Its code on AWS, as <c>L-417A185B</c>, or its metric on Google Cloud, as <c>NVIDIA_H100_GPUS</c>.</param>
public sealed record Quota(Grant Grant, string Code);
