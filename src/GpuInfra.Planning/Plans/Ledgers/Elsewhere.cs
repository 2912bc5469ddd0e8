namespace GpuInfra.Planning.Plans.Ledgers;

/// <summary>What an account has beside what one stack was given of it. It moves no fleet; who asks for more must know it, so as not to ask for less.</summary>
/// <param name="Count">How much the account has in all.</param>
/// <param name="Given">How much of it the other stacks were given.</param>
public sealed record Elsewhere(int Count, int Given);
