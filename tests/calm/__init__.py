"""How calm is it? A capture replayed day by day through risk and notifications, and what people would have heard."""
