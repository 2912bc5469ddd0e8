namespace GpuInfra.Planning.Optimization;

/// <summary>
/// A name in an LP file, of parts with dots between them. It is spelt when somebody asks: of the programs that are solved hardly one is ever written.
/// </summary>
/// <param name="first">The first part, beginning with a letter.</param>
/// <param name="second">The second; null where there are no more.</param>
/// <param name="third">The third.</param>
/// <param name="fourth">The fourth.</param>
/// <param name="fifth">The fifth.</param>
internal readonly struct LpName(string first, string? second = null, string? third = null, string? fourth = null, string? fifth = null)
{
    private readonly (string First, string? Second, string? Third, string? Fourth, string? Fifth) _parts = (first, second, third, fourth, fifth);

    /// <summary>A name of one part.</summary>
    public static implicit operator LpName(string name) => new(name);

    /// <summary>The name; what the format does not allow becomes an underscore.</summary>
    public override string ToString()
    {
        var (first, second, third, fourth, fifth) = _parts;
        var name = string.Join('.', new[] { first, second, third, fourth, fifth }.Where(part => part is not null));
        return string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' ? character : '_'));
    }
}
