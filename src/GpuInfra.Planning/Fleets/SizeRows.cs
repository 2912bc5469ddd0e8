using System.Globalization;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Writes down the rows of a serving whose requests are routed by size (<see cref="FleetProblem"/>): in each situation variables
/// x say which part of each size's requests goes to which choice, and no choice gets more than its instances can do.
/// </summary>
internal static class SizeRows
{
    /// <summary>Writes a situation down and tells the rows that promise all of it, one for each size.</summary>
    /// <param name="variables">The serving's instances.</param>
    /// <param name="program">Where they are written.</param>
    /// <param name="kind">What is promised.</param>
    /// <param name="subject">The cloud or zone.</param>
    /// <param name="name">The situation's name in the LP file.</param>
    /// <param name="choices">What is left to serve.</param>
    /// <param name="requestsPerSecond">The whole that parts are of.</param>
    /// <param name="part">The part to be served, 0 to 1.</param>
    /// <param name="share">A variable to be served beside it; null when there is none.</param>
    /// <param name="lost">Instances of a choice that the situation takes, as a variable; null when it takes none.</param>
    public static IEnumerable<Promise> Add(
        ServingVariables variables, IntegerProgram program, PromiseKind kind, string subject, string name,
        IEnumerable<PoolChoice> choices, double requestsPerSecond, double part, int? share = null, Func<PoolChoice, int?>? lost = null)
    {
        var serving = variables.Serving;
        var sent = serving.Sizes.Select(_ => new List<Term>()).ToList();
        var (sentTo, loadOf) = ($"x_{name}_{subject}", $"load_{name}_{subject}");
        foreach (var choice in choices)
        {
            var load = new List<Term>();
            for (var size = 0; size < serving.Sizes.Length; size++)
            {
                if (choice.SizeRates[size] > 0)
                {
                    var variable = program.Add(new Variable(LpFormat.Name(sentTo, serving.Name, choice.Offer, JsonText.Word(choice.Tier), Number(size)), 0, 1, 0, false));
                    sent[size].Add(new Term(variable, 1));
                    load.Add(new Term(variable, -ServingVariables.Rounded(serving.Sizes[size] * requestsPerSecond / choice.SizeRates[size])));
                }
            }

            Term[] taken = lost?.Invoke(choice) is { } mostInZone ? [new Term(mostInZone, -1)] : [];
            program.Add(new Row(LpFormat.Name(loadOf, serving.Name, choice.Offer, JsonText.Word(choice.Tier)), [.. variables.Of(choice, 1), .. taken, .. load], Sense.AtLeast, 0));
        }

        foreach (var (size, terms) in sent.Index())
        {
            Term[] served = share is { } variable ? [.. terms, new Term(variable, -1)] : [.. terms];
            yield return new(serving, kind, subject, program.Add(new Row(LpFormat.Name(name, serving.Name, subject, Number(size)), served, Sense.AtLeast, part)));
        }
    }

    private static string Number(int size) => size.ToString(CultureInfo.InvariantCulture);
}
