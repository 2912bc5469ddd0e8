using System.Collections.Immutable;

namespace GpuInfra.Cli.Charts;

/// <summary>What a total becomes at the ends of ranges: bars from left to right around the total, one below the other.</summary>
/// <param name="Title">What it shows, with the unit.</param>
/// <param name="Description">The same for who cannot see it.</param>
/// <param name="Middle">The total, zero or more.</param>
/// <param name="Bars">The ranges, the widest first.</param>
internal sealed record TornadoChart(string Title, string Description, double Middle, ImmutableArray<TornadoBar> Bars) : Drawing(Title, Description)
{
    /// <summary>The least end of any bar.</summary>
    public double Least => Bars.Select(bar => Math.Min(bar.Low, bar.High)).Append(Middle).Min();

    /// <summary>The most, at least a little above <see cref="Least"/>.</summary>
    public double Most => Math.Max(Bars.Select(bar => Math.Max(bar.Low, bar.High)).Append(Middle).Max(), Least + 1e-9);

    /// <inheritdoc/>
    public override string ToSvg() => SvgTornado.Of(this);

    /// <inheritdoc/>
    public override ImmutableArray<string> ToText() => TextTornado.Of(this);
}

/// <summary>What one range does to a total.</summary>
/// <param name="Name">What is varied.</param>
/// <param name="From">The range's low end, as text.</param>
/// <param name="To">Its high end.</param>
/// <param name="Low">The total at the low end.</param>
/// <param name="High">The total at the high end.</param>
internal sealed record TornadoBar(string Name, string From, string To, double Low, double High);
