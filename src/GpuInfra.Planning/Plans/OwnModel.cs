using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans;

/// <summary>Where the weights of an organisation's own model come from, pinned.</summary>
/// <param name="Uri">Where they are published; people fetch them from there into the stack's buckets.</param>
/// <param name="Revision">The revision: the last part of the path that they are uploaded to.</param>
/// <param name="Sha256">SHA-256 of their <c>SHA256SUMS</c>, in hexadecimal: machines refuse any other.</param>
public sealed record WeightsSource(string Uri, string Revision, string Sha256);

/// <summary>Weights of a model in a precision that somebody has tried and approved.</summary>
/// <param name="Precision">The precision.</param>
/// <param name="Weights">Where they come from, pinned.</param>
public sealed record ApprovedArtefact(Precision Precision, WeightsSource Weights);

/// <summary>The model that a serving names: one of the catalog, or the organisation's own.</summary>
/// <param name="Model">The model.</param>
/// <param name="Weights">Its weights; null for models of the catalog, whose revision the stack's configuration pins.</param>
internal sealed record ModelChoice(Model Model, WeightsSource? Weights);
