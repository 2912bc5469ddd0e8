namespace GpuInfra.Planning.Units;

/// <summary>A value read from text, or why it could not be read. Bad input is a value here, not an exception.</summary>
public readonly record struct Parsed<T>
{
    private readonly T _value;

    private Parsed(T value, string? problem) => (_value, Problem) = (value, problem);

    /// <summary>Why the text could not be read, as a clause that names the text; null when it could.</summary>
    public string? Problem { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none, because <see cref="Problem"/> is set.</exception>
    public T Value => Problem is null ? _value : throw new InvalidOperationException(Problem);

    /// <summary>The value of a text that was read.</summary>
    public static implicit operator Parsed<T>(T value) => new(value, null);

    /// <summary>A text that could not be read.</summary>
    public static Parsed<T> Refused(string problem) => new(default!, problem);

    /// <summary>Goes on with the value, or keeps the problem.</summary>
    public Parsed<TNext> Then<TNext>(Func<T, Parsed<TNext>> next) => Problem is null ? next(_value) : Parsed<TNext>.Refused(Problem);
}
