using System.Collections.Immutable;

namespace GpuInfra.Planning.Drift;

/// <summary>What a pool's replicas were seen to do, step by step.</summary>
/// <param name="Pool">Its id.</param>
/// <param name="InputTokens">Mean input tokens of a request over all steps.</param>
/// <param name="OutputTokens">Mean output tokens of a request over all steps.</param>
/// <param name="Steps">The steps, in order of time; those without a replica are left out.</param>
public sealed record ObservedPool(string Pool, double InputTokens, double OutputTokens, ImmutableArray<ObservedStep> Steps);

/// <summary>Some minutes of a pool.</summary>
/// <param name="RequestsPerSecond">Requests ended per second, of all replicas.</param>
/// <param name="Running">Requests being read or generated, of all replicas, on average.</param>
/// <param name="Replicas">Replicas that told, above zero.</param>
public readonly record struct ObservedStep(double RequestsPerSecond, double Running, double Replicas);
