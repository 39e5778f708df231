//! What the demo consists of.

/// A mini program of the demo.
pub struct SampleProgram {
    /// Name.
    pub name: &'static str,
    /// AppID.
    pub appid: &'static str,
    /// AppSecret.
    pub secret: &'static str,
    /// Page that messages open.
    pub page: &'static str,
    /// Its people.
    pub people: usize,
    /// Its templates.
    pub templates: &'static [SampleTemplate],
}

/// A template of the demo.
pub struct SampleTemplate {
    /// `priTmplId`.
    pub id: &'static str,
    /// Title.
    pub title: &'static str,
    /// Whether one acceptance lasts.
    pub long_term: bool,
    /// Content text as on the platform.
    pub content: &'static str,
    /// Values of the messages, per field in the order of the content.
    pub values: &'static [&'static [&'static str]],
}

/// What the callbacks of the demo are set up with.
pub const CALLBACK_TOKEN: &str = "yanshudemo";
/// See [`CALLBACK_TOKEN`].
pub const CALLBACK_KEY: &str = "q7Vt3Zc9Lw1Rk5Yb8Nf2Hs6Jd4Gp0XmUaEoQiTuBvCx";

/// The two mini programs.
pub const PROGRAMS: [SampleProgram; 2] = [
    SampleProgram {
        name: "雁城便民",
        appid: "wx5a1e7c90d3b24f68",
        secret: "0f3c6b9ad2e5481790a4c7d8e1b26f35",
        page: "pages/opinion/detail",
        people: 640,
        templates: &[
            SampleTemplate {
                id: "Yc2Hn8vQk5LpT0wRzB7mXeJ4sUaD9fGi1oNqKtVrEy3",
                title: "意见处理进度通知",
                long_term: false,
                content: "意见内容:{{thing1.DATA}}\n处理状态:{{phrase2.DATA}}\n处理人:{{name3.DATA}}\n更新时间:{{time4.DATA}}\n备注:{{thing5.DATA}}",
                values: &[
                    &["村口路灯不亮，晚上出行不便", "处理中", "李建国", "2026年11月20日 15:20", "维修队今天下午到场"],
                    &["二组水渠堵塞，影响灌溉", "已办结", "周晓梅", "2026年11月18日 09:45", "水渠已疏通，请查看照片"],
                    &["文化广场健身器材损坏", "已受理", "王志强", "2026年11月15日 10:05", "已报镇里统一采购"],
                ],
            },
            SampleTemplate {
                id: "Px7LdW2uFs9CbM4yKjH1nQvA6tZrE8oG0iXeTpSwR5k",
                title: "预约办理提醒",
                long_term: false,
                content: "预约事项:{{thing1.DATA}}\n预约时间:{{time2.DATA}}\n办理地点:{{thing3.DATA}}\n预约号:{{character_string4.DATA}}",
                values: &[
                    &["居民医保缴费登记", "2026年11月23日 09:00~11:30", "便民服务中心3号窗口", "YC-1123-017"],
                    &["老年证办理", "2026年11月24日 14:00", "便民服务中心1号窗口", "YC-1124-006"],
                ],
            },
            SampleTemplate {
                id: "Lm4Rk9zNc1QxV6eWtJ3hYpD8bSuF0aG7oIvTnKqEy2w",
                title: "停水停电通知",
                long_term: true,
                content: "影响范围:{{thing1.DATA}}\n开始时间:{{time2.DATA}}\n预计恢复:{{time3.DATA}}\n联系电话:{{phone_number4.DATA}}",
                values: &[&["东街、河沿路一带", "2026年11月22日 08:00", "2026年11月22日 17:30", "0734-8866021"]],
            },
        ],
    },
    SampleProgram {
        name: "衡岳鲜果",
        appid: "wx83d0b6f41c9e2a57",
        secret: "7be41d9c05fa4836b2c8e07d5f16a394",
        page: "pages/order/detail",
        people: 260,
        templates: &[
            SampleTemplate {
                id: "Hy3QwE7rTz1UiO5pAsD9fGhJ2kLxC6vBnM8qWeRtY4u",
                title: "订单发货通知",
                long_term: false,
                content: "订单编号:{{character_string1.DATA}}\n商品名称:{{thing2.DATA}}\n订单金额:{{amount3.DATA}}\n发货时间:{{date4.DATA}}\n收货人:{{name5.DATA}}",
                values: &[
                    &["HG20261119008", "冰糖橙 5 斤装", "¥39.90", "2026年11月19日", "陈小姐"],
                    &["HG20261120015", "阳光玫瑰葡萄 2 串", "¥58.00", "2026年11月20日", "刘先生"],
                ],
            },
            SampleTemplate {
                id: "Vb6NmK0jHg4FdS8aQwE2rTyU7iOpLz9XcB3vNmA5sDf",
                title: "到货提醒",
                long_term: false,
                content: "商品名称:{{thing1.DATA}}\n到货时间:{{time2.DATA}}\n温馨提示:{{thing3.DATA}}",
                values: &[&["赣南脐橙", "2026年11月21日 10:00", "数量有限，先到先得"]],
            },
        ],
    },
];

/// Family and given names, to make remarks of.
pub const FAMILY: [&str; 12] = ["王", "李", "张", "刘", "陈", "杨", "黄", "周", "吴", "徐", "孙", "何"];
/// See [`FAMILY`].
pub const GIVEN: [&str; 16] = [
    "秀英", "建华", "志强", "晓梅", "国庆", "桂兰", "伟", "丽娟", "海燕", "文博", "雨桐", "子涵", "思远", "佳怡",
    "明轩", "春生",
];
