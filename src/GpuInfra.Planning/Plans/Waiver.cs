namespace GpuInfra.Planning.Plans;

/// <summary>
/// Somebody's word that a policy may be broken somewhere, for a reason and until a day. Whether the policy exists, may be waived and is
/// broken there is judged by the preview, which knows the policies and the day.
/// </summary>
/// <param name="Policy">The policy's id, as <c>log-retention</c>.</param>
/// <param name="Subject">What it may be broken by: a URN, a resource's name, a pool or a serving; <c>*</c> stands for any characters.</param>
/// <param name="Reason">Why.</param>
/// <param name="Expires">The last day on which it holds.</param>
/// <param name="ApprovedBy">Who took responsibility; null when the plan does not say.</param>
public sealed record Waiver(string Policy, string Subject, string Reason, DateOnly Expires, string? ApprovedBy);
