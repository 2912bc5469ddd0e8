namespace GpuInfra.Planning.Tests;

public class SuggestionTests
{
    private static readonly string[] Names = ["environment", "extends", "llama-3.1-8b", "llama-3.3-70b", "h100-80gb"];

    [Theory]
    [InlineData("enviroment", "environment")]
    [InlineData("ENVIRONMENT", "environment")]
    [InlineData("extedns", "extends")]
    [InlineData("llama-3.1-8", "llama-3.1-8b")]
    [InlineData("h100", null)]
    [InlineData("zzz", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_suggested_if_it_is_near(string text, string? nearest) =>
        Assert.Equal(nearest, Suggestion.Nearest(text, Names));

    [Fact]
    public void Of_equally_near_names_the_first_in_order_is_taken() => Assert.Equal("fp4", Suggestion.Nearest("fp9", ["fp8", "fp4"]));

    [Fact]
    public void A_very_long_text_is_like_nothing() => Assert.Null(Suggestion.Nearest(new string('a', 100_000), Names));

    [Fact]
    public void The_clause_says_what_was_meant() => Assert.Equal(" (did you mean \"extends\"?)", Suggestion.DidYouMean("extend", Names));
}
