using MlNetSer.Audio.Samples;

namespace MlNetSer.Tests;

public sealed class BoundedCacheTests
{
    private readonly List<int> _made = [];
    private readonly BoundedCache<int, string> _cache;

    public BoundedCacheTests() => _cache = new(2, key =>
    {
        _made.Add(key);
        return $"value {key}";
    });

    [Fact]
    public void A_value_is_made_once_while_it_is_in_use()
    {
        Assert.Equal("value 1", _cache.Get(1));
        Assert.Same(_cache.Get(1), _cache.Get(1));
        Assert.Equal([1], _made);
    }

    [Fact]
    public void Many_keys_do_not_grow_the_cache()
    {
        for (var key = 0; key < 1000; key++)
            _cache.Get(key);

        Assert.Equal(2, _cache.Count);
    }

    [Fact]
    public void The_value_that_was_used_longest_ago_goes_first()
    {
        foreach (var key in new[] { 1, 2, 1, 3, 1, 2 })
            _cache.Get(key);

        Assert.Equal([1, 2, 3, 2], _made);
    }

    [Fact]
    public void A_key_whose_value_cannot_be_made_leaves_nothing_behind()
    {
        var cache = new BoundedCache<int, string>(2, key => throw new InvalidDataException($"{key} is damaged"));

        Assert.Throws<InvalidDataException>(() => cache.Get(1));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void A_process_can_let_go_of_every_cache_and_goes_on_with_the_same_numbers()
    {
        var samples = Enumerable.Range(0, 44_100).Select(i => MathF.Sin(0.01f * i)).ToArray();
        var before = Resampler.Resample(samples, 44_100, 16_000);
        _cache.Get(1);

        new Microsoft.ML.MLContext(seed: 1).ReleaseSpeechCaches();

        Assert.Equal(0, _cache.Count);
        Assert.Equal(before, Resampler.Resample(samples, 44_100, 16_000));
    }
}
