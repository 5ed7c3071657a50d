-- The articles that have every word, the best first, by BM25 with a weight for the headline (Robertson, Zaragoza and Taylor:
-- Simple BM25 extension to multiple weighted fields, CIKM 2004), over the articles that the conditions leave.
WITH wanted AS (
    SELECT article_id, word_count
    FROM articles
    WHERE ($language IS NULL OR language = $language)
      AND ($source IS NULL OR domain = $source)
      AND ($since IS NULL OR published_on >= $since)
),
collection AS (
    SELECT count(*) AS articles, greatest(avg(word_count), 1) AS mean_words FROM wanted
),
counted AS (
    SELECT word, article_id, in_text + $title_weight * in_title AS times FROM hits WHERE in_text + in_title > 0
),
weights AS (
    SELECT word, ln(1 + (any_value(articles) - count(*) + 0.5) / (count(*) + 0.5)) AS weight
    FROM counted, collection
    GROUP BY word
),
scored AS (
    SELECT
        article_id,
        sum(weight * times * ($k1 + 1) / (times + $k1 * (1 - $b + $b * word_count / mean_words))) AS score
    FROM counted
    JOIN weights USING (word)
    JOIN wanted USING (article_id)
    CROSS JOIN collection
    GROUP BY article_id
    HAVING count(*) = $words
)
SELECT article_id, round(score, 3) AS score
FROM scored
ORDER BY scored.score DESC, article_id
